"""Rules of uploaded files: names, types, offsets, claims, the moments at which something must be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import attachment as rules
from intake.domain.attachment import Attachment, Content, Limits, State, WrongOffset
from intake.domain.filetype import DOCX, NAME_LENGTH, P7S, PDF, XML, clean_name, name_faults, type_of

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
LIMITS = Limits(file_bytes=1000, dossier_files=5, dossier_bytes=3000, account_files=9, keep=timedelta(days=7))
FILE = rules.begin("f-1", "mai", "don.pdf", 100, NOW, LIMITS)


def usable(**more) -> Attachment:
    return replace(FILE, received=100, state=State.UNSCANNED, sha256="ab", signed=False, **more)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("đơn xin.pdf", "đơn xin.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\hồ sơ\\đơn.pdf", "đơn.pdf"),
        ("hoa\u202efdp.exe", "hoafdp.exe"),
        ("\u2066a\u2069\u200b.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie: b.pdf"),
        ("a\x00\x07.pdf", "a.pdf"),
        ("  a \t b .pdf. ", "a b .pdf"),
        ("do\u031bn.pdf", "d\u01a1n.pdf"),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(raw, shown):
    assert clean_name(raw) == shown


@given(st.text(max_size=500))
def test_no_name_is_long_a_path_or_of_several_lines(raw):
    name = clean_name(raw)

    assert len(name) <= NAME_LENGTH
    assert not set("/\\\r\n\u202e\u2066\0") & set(name)
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "claimed", "kinds"),
    [
        ("a.pdf", "application/pdf", []),
        ("A.PDF", "", []),
        ("a.pdf", "application/octet-stream", []),
        ("a.xml", "text/xml; charset=utf-8", []),
        ("a.p7s", "application/x-pkcs7-signature", []),
        ("a.docx", "application/zip", []),
        ("a.pdf", "image/png", ["file-type-disagrees"]),
        ("a.pdf.exe", "", ["file-type-not-allowed"]),
        ("a.xlsm", "", ["file-type-not-allowed"]),
        ("a.html", "", ["file-type-not-allowed"]),
        ("pdf", "", ["file-name-missing"]),
        (".pdf", "", ["file-name-missing"]),
    ],
)
def test_a_name_and_a_stated_type_agree_on_a_kind_that_is_taken(name, claimed, kinds):
    assert [fault.kind for fault in name_faults(clean_name(name), claimed)] == kinds


def test_types_go_by_the_last_extension():
    assert [type_of(name) for name in ("a.b.pdf", "a.docx", "a.xml", "a.p7s", "a")] == [PDF, DOCX, XML, P7S, None]


def test_every_fault_of_an_announcement_is_told_at_once():
    faults = rules.begin_faults("a.exe", "", 0, LIMITS)

    assert [(fault.field, fault.kind) for fault in faults] == [
        ("filename", "file-type-not-allowed"),
        ("size", "file-empty"),
    ]
    assert [fault.kind for fault in rules.begin_faults("a.pdf", "", 1001, LIMITS)] == ["file-too-large"]


def test_pieces_are_taken_in_order_and_the_last_one_asks_for_judgement():
    part = rules.take(FILE, 0, 60, NOW)
    assert (part.received, part.state, part.work_at) == (60, State.UPLOADING, None)

    whole = rules.take(part, 60, 40, NOW)
    assert (whole.received, whole.state, whole.work_at) == (100, State.RECEIVED, NOW + rules.JUDGE_AFTER)


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (59, 1), (61, 1), (60, 41)])
def test_a_piece_elsewhere_is_told_where_to_begin(offset, length):
    with pytest.raises(WrongOffset) as wrong:
        rules.take(rules.take(FILE, 0, 60, NOW), offset, length, NOW)

    assert wrong.value.offset == 60


def test_nothing_more_is_taken_of_a_whole_file():
    with pytest.raises(WrongOffset):
        rules.take(usable(), 100, 0, NOW)


@pytest.mark.parametrize(
    ("content", "scanner", "state", "fault"),
    [
        (Content(PDF, signed=True, signatures=2), False, State.UNSCANNED, None),
        (Content(PDF), True, State.WAITING, None),
        (Content(None), False, State.REFUSED, "file-content-disagrees"),
        (Content(XML), False, State.REFUSED, "file-content-disagrees"),
        (Content(PDF, "file-encrypted"), True, State.REFUSED, "file-encrypted"),
    ],
)
def test_a_whole_file_is_judged_by_its_content(content, scanner, state, fault):
    judged = rules.judge(replace(FILE, state=State.RECEIVED), content, "ab", NOW, scanner=scanner)

    assert (judged.state, judged.fault, judged.sha256) == (state, fault, "ab")
    assert (judged.signed, judged.signatures) == (content.signed, content.signatures)
    assert judged.work_at == (None if state is State.UNSCANNED else NOW)


def test_a_scan_ends_clean_or_infected_or_is_tried_again_ever_later():
    waiting = usable(work_at=NOW)
    assert rules.scanned(waiting, None, NOW).state is State.CLEAN
    infected = rules.scanned(waiting, "X" * 500, NOW)
    assert (infected.state, len(infected.virus), infected.work_at) == (State.INFECTED, 200, NOW)

    waits = []
    for _ in range(12):
        waiting = rules.scan_later(waiting, NOW)
        waits.append((waiting.work_at - NOW).total_seconds())
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 300


@pytest.mark.parametrize(
    ("file", "subject", "any_owner", "kind"),
    [
        (None, "mai", True, "attachment-unknown"),
        (FILE, "mai", False, "attachment-unfinished"),
        (replace(FILE, state=State.RECEIVED), "mai", False, "attachment-unfinished"),
        (usable(), "mai", False, None),
        (usable(), "an", False, "attachment-unknown"),
        (usable(), "an", True, None),
        (usable(dossier_id="d-1"), "an", False, None),
        (usable(dossier_id="d-2"), "mai", True, "attachment-taken"),
        (replace(usable(), state=State.WAITING), "mai", False, None),
        (replace(usable(), state=State.CLEAN), "mai", False, None),
        (replace(usable(), state=State.REFUSED), "mai", False, "attachment-refused"),
        (replace(usable(), state=State.INFECTED), "mai", False, "attachment-infected"),
        (replace(usable(dossier_id="d-1"), state=State.INFECTED), "mai", False, "attachment-infected"),
        (replace(usable(), state=State.REMOVED), "mai", True, "attachment-unknown"),
    ],
)
def test_a_dossier_may_have_a_whole_sound_file_of_its_sender_that_no_other_has(file, subject, any_owner, kind):
    assert rules.claim_fault(file, subject, any_owner=any_owner, dossier_id="d-1") == kind


def test_what_a_draft_holds_goes_to_the_dossier_that_it_becomes():
    held = usable(dossier_id="draft")

    def fault(draft_id):
        return rules.claim_fault(held, "mai", any_owner=False, dossier_id="d-1", draft_id=draft_id)

    assert [fault(None), fault("other"), fault("draft")] == ["attachment-taken", "attachment-taken", None]
    assert rules.claim(held, "d-1", NOW).dossier_id == "d-1"


def test_a_claim_is_confirmed_or_void():
    claimed = rules.claim(usable(), "d-1", NOW)
    assert claimed.wake_at == NOW + rules.CONFIRM_AFTER
    assert rules.claim(claimed, "d-1", NOW + timedelta(days=1)) == claimed

    later = NOW + rules.CONFIRM_AFTER
    kept = rules.confirmed(claimed, True, later, LIMITS)
    assert (kept.dossier_id, kept.wake_at) == ("d-1", None)
    void = rules.confirmed(claimed, False, later, LIMITS)
    assert (void.dossier_id, void.wake_at) == (None, later + LIMITS.keep)


def test_the_next_moment_is_the_earliest_of_those_that_count():
    assert FILE.wake_at == NOW + LIMITS.keep
    assert rules.take(FILE, 0, 100, NOW).wake_at == NOW + rules.JUDGE_AFTER
    assert rules.unscanned(usable(work_at=NOW)).wake_at == NOW + LIMITS.keep
