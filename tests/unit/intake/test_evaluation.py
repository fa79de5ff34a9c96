"""A dossier's handling is scored by the person, once, and by what can be counted in it."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake import domain
from intake.domain import evaluations as summing
from intake.domain.evaluation import counted
from intake.messages import evaluations, letters
from motcua_contracts import history
from office import load_evaluation

EVALUATION = load_evaluation(Path(__file__).resolve().parents[3] / "infra" / "office")
ASKED = [row.code for row in EVALUATION.criteria if row.by == "person"]
BEST = dict.fromkeys(ASKED, 2)


@pytest.fixture
def returned(life, processing, at):
    paid = life.pay(processing, at("2018-08-23 10:00")).dossier
    ready = life.resolve(paid, at("2018-08-24 09:00")).dossier
    return domain.hand_over(ready, at=at("2018-08-24 10:00"), method="counter", received_by="Lan", by="lan")


def scored(dossier, answers=BEST):
    return domain.score(dossier, answers, EVALUATION.criteria, EVALUATION.bands)


def evaluated(dossier, at, answers=BEST, when="2018-08-24 11:00"):
    return domain.evaluate(dossier, scored(dossier, answers), satisfaction=2, comment="Tốt", at=at(when))


def test_nine_criteria_of_two_points_each_and_five_classes():
    assert (len(EVALUATION.criteria), len(ASKED)) == (9, 4)
    assert [band.at_least for band in EVALUATION.bands] == [15, 12, 9, 6, 0]


def test_dossier_in_time_with_one_visit_to_bring_and_one_to_fetch_counts_fully(returned):
    assert counted(returned) == {"late": 0, "rescheduled": 0, "bodies": 1, "trips": 2, "offline": 0}
    assert (scored(returned).total, scored(returned).band) == (18, "xuat-sac")


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [(2, 18, "xuat-sac"), (1, 14, "tot"), (0, 10, "kha")],
)
def test_class_follows_from_the_sum(returned, answers, total, band):
    given = scored(returned, dict.fromkeys(ASKED, answers))

    assert (given.total, given.most, given.band) == (total, 18, band)


def test_lateness_new_appointments_supplements_and_other_departments_cost_points(returned):
    entry = {"kind": "rescheduled"}
    worse = replace(
        returned,
        overdue_for=returned.due_at,
        history=(*returned.history, entry, entry),
        supplements=({"components": []}, {"components": []}),
        corrections=({"department": "TP"}, {"department": "TP"}),
    )

    assert counted(worse) == {"late": 1, "rescheduled": 2, "bodies": 2, "trips": 4, "offline": 0}
    points = scored(worse).points
    assert [points[row.code] for row in EVALUATION.criteria if row.rule] == [0, 0, 1, 0, 2]


def test_dossier_that_was_late_once_stays_so_when_its_result_is_made_anew_in_time(life, processing, at):
    late = life.resolve(life.passes(processing, at("2018-08-29 08:00")).dossier, at("2018-08-29 09:00")).dossier
    anew = life.start(life.reopen(late, at("2018-09-12 09:00")).dossier, at("2018-09-12 10:00")).dossier

    after = life.resolve(anew, at("2018-09-13 09:00")).dossier

    assert (after.overdue_for, after.resolution["on_time"]) == (None, True)
    assert (counted(late)["late"], counted(anew)["late"], counted(after)["late"]) == (1, 1, 1)


def test_without_the_person_there_are_points_but_no_class(returned):
    given = scored(returned, {})

    assert (given.total, given.band, len(given.points)) == (10, "", 5)


def test_evaluation_is_kept_and_told_without_the_comment(returned, at):
    told = letters.evaluated(evaluated(returned, at))
    data = told.letters[0].envelope["data"]

    assert told.dossier.evaluation["comment"] == "Tốt"
    assert (data["total"], data["most"], data["band"], data["satisfaction"]) == (18, 18, "xuat-sac", 2)
    assert "Tốt" not in str(told.letters)
    assert len(told.letters) == 1, "the ward's feed is about the dossier, not about who judged it"
    assert history.broken_at(told.dossier.code, told.dossier.history) is None


def test_one_voice_a_dossier(returned, at):
    with pytest.raises(domain.EvaluatedBefore):
        evaluated(evaluated(returned, at), at, when="2018-08-25 11:00")


@pytest.mark.parametrize("status", sorted(set(domain.Status) - set(domain.ENDED)))
def test_what_the_desk_has_not_done_with_is_not_evaluated(returned, at, status):
    with pytest.raises(domain.IllegalMove):
        evaluated(replace(returned, status=status), at)


def test_criterion_that_was_left_out_and_one_that_is_none_are_named():
    answers = dict.fromkeys(ASKED[1:], 1) | {"tong-thoi-gian": 2}

    assert [(fault.field, fault.kind) for fault in evaluations.faults(answers, EVALUATION.criteria)] == [
        (f"answers.{ASKED[0]}", "criterion-missing"),
        ("answers.tong-thoi-gian", "unknown-criterion"),
    ]


def test_rows_sum_up_what_ended_and_how_it_was_judged(returned, life, processing, at):
    judged = evaluated(returned, at, dict.fromkeys(ASKED, 1))
    late = replace(returned, overdue_for=returned.due_at)

    (row,) = evaluations_summed([judged, returned, late], "department")

    assert (row["key"], row["ended"], row["resolved"], row["evaluated"]) == ("KT", 3, 3, 1)
    assert (row["on_time"], row["late_without_apology"], row["apologised"]) == (2, 1, 0)
    assert (row["average"], row["bands"]["tot"], row["satisfaction"]) == (77.78, 1, {"2": 1, "1": 0, "0": 0})
    assert row["by_rule"] == pytest.approx((10 + 10 + 8) / 3, abs=0.01)


@pytest.mark.parametrize(("by", "keys"), [("desk", ["26734"]), ("month", ["2018-08"]), ("department", ["KT"])])
def test_rows_are_about_what_was_asked(returned, by, keys):
    assert [row["key"] for row in evaluations_summed([returned], by)] == keys


def test_officer_of_a_row_is_who_received_the_dossier(returned):
    assert [row["key"] for row in evaluations_summed([returned], "officer")] == [returned.papers[0].by]


def evaluations_summed(dossiers, by):
    return summing.summed(dossiers, by, EVALUATION.criteria, EVALUATION.bands)
