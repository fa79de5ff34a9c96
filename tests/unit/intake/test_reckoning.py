"""The appointment is explained day by day, and event by event."""

from datetime import date

from chassis.catalogue import catalogue
from intake import domain
from intake.messages import reckoning


def test_each_day_up_to_the_appointment_is_named_with_what_left_it_out(dossier, desk):
    told = reckoning.deadline(dossier, desk.explain(dossier))

    assert [(row["day"], row["counted"], row["why"]) for row in told["days"]] == [
        (date(2018, 8, 23), False, "receipt"),
        (date(2018, 8, 24), True, None),
        (date(2018, 8, 25), False, "weekend"),
        (date(2018, 8, 26), False, "weekend"),
        (date(2018, 8, 27), True, None),
        (date(2018, 8, 28), True, None),
    ]
    assert told["days"][0]["text"] == "Ngày tiếp nhận, không tính"
    assert (told["due_at"], told["paused"]) == (dossier.due_at, False)


def test_ledger_tells_pauses_with_their_reasons_and_what_was_left(asked, desk):
    told = reckoning.deadline(asked, desk.explain(asked))

    assert [row["kind"] for row in told["ledger"]] == ["start", "pause"]
    assert (told["ledger"][1]["remaining"], told["ledger"][1]["unit"]) == (2, "day")
    assert told["ledger"][1]["reason"] == asked.asked["reason"]
    assert told["paused"] is True


def test_what_is_registered_only_has_no_clock_yet(registered, desk):
    assert reckoning.deadline(registered, desk.explain(registered))["ledger"] == []


def test_every_event_and_reason_has_its_words_in_both_languages():
    texts = catalogue(reckoning.TEXTS)
    kinds = ("start", "pause", "resume", "extend", "correct")
    whys = ("receipt", "cut_off", "closed", "weekend", "day_off", "make_up", "half_day", "rolled_over")

    assert all(texts.text(word, language) for word in (*kinds, *whys) for language in ("vi", "en"))
    assert {getattr(domain.deadline, name.upper()) for name in kinds} == set(kinds)
