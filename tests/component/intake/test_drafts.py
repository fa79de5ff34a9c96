"""Drafts: a submission grows step by step, is its owner's alone, and becomes one dossier whatever is repeated or dies."""

import base64
from datetime import UTC, datetime

import pytest

from intake.service import IntakeService
from intake.store.drafts import DraftStore

COMPONENTS = [{"code": "giay-de-nghi", "copy": 2}, {"code": "giay-to-tuy-than", "copy": 2}]
WHOLE = {"procedure": "1.001612", "applicant": {"name": "Nguyễn Thị Lan"}, "components": []}
CITIZEN = ("citizen",)


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def an(ask):
    """Return a function that calls as the citizen An."""
    return lambda method, **given: ask(method, CITIZEN, subject="an", **given)


@pytest.fixture
def binh(ask):
    return lambda method, **given: ask(method, CITIZEN, subject="binh", **given)


def test_draft_grows_and_is_read_as_it_was_left(an):
    made = an("create_draft", key="c", submission={"applicant": {"name": "Lan"}})
    saved = an("save_draft", key="s", draft=made["draft"], submission=WHOLE)
    assert an("read_draft", draft=made["draft"]) == saved
    assert (saved["submission"], saved["code"]) == (WHOLE, None)
    assert [row["draft"] for row in an("list_drafts")] == [made["draft"]]


def test_repeated_call_has_no_second_effect_and_the_same_key_with_another_body_is_refused(an, collection):
    made = an("create_draft", key="c", submission=WHOLE)
    assert an("create_draft", key="c", submission=WHOLE) == made
    assert an("create_draft", key="c", submission={})["code"] == "idempotency-key-reused"
    saved = an("save_draft", key="s", draft=made["draft"], submission={})
    assert an("save_draft", key="s", draft=made["draft"], submission={}) == saved
    assert an("save_draft", key="s", draft=made["draft"], submission=WHOLE)["code"] == "idempotency-key-reused"
    assert an("create_draft", key="c", submission=WHOLE)["submission"] == {}
    assert collection("drafts").count_documents({}) == 1


def test_what_is_there_must_be_right_although_nothing_must_be_there(an):
    problem = an("create_draft", key="c", submission={"procedure": "x", "applicant": {"email": "no"}, "colour": 1})
    assert {row["field"] for row in problem["errors"]} == {"procedure", "applicant.email", "colour"}
    for submission in ("text", None, [], {"note": "x" * 100_001}):
        assert an("create_draft", key="c", submission=submission)["errors"][0]["field"] in ("submission", "note")


def test_file_without_its_id_is_named(an, collection):
    papers = [{"code": "giay-de-nghi", "copy": 2, "attachments": [{}]}]
    problem = an("create_draft", key="c", submission={**WHOLE, "components": papers})
    assert (problem["status"], problem["errors"][0]["field"]) == (422, "components.0.attachments.0.id")
    assert collection("drafts").count_documents({}) == 0


def test_draft_is_its_owners_alone(an, binh, ask):
    draft = an("create_draft", key="c", submission=WHOLE)["draft"]
    for call in ("read_draft", "save_draft", "submit_draft"):
        more = {"read_draft": {}, "save_draft": {"key": "k", "submission": {}}, "submit_draft": {"key": "k"}}[call]
        assert binh(call, draft=draft, **more)["code"] == "unknown-draft"
        assert ask(call, ("clerk",), draft=draft, **more)["code"] == "unknown-draft"
    assert binh("list_drafts") == []
    assert binh("remove_draft", key="k", draft=draft) is None
    assert an("read_draft", draft=draft)["submission"] == WHOLE
    assert ask("create_draft", ("chief",), key="c", submission={})["status"] == 403


def test_removed_draft_is_gone_and_removing_it_again_is_no_fault(an):
    draft = an("create_draft", key="c", submission=WHOLE)["draft"]
    assert an("remove_draft", key="r", draft=draft) is None
    assert an("remove_draft", key="r", draft=draft) is None
    assert an("read_draft", draft=draft)["status"] == 404


def test_account_has_a_limited_number_of_drafts(an, monkeypatch):
    monkeypatch.setattr("intake.store.drafts.MOST", 3)
    made = [an("create_draft", key=f"c{number}", submission={}) for number in range(3)]
    assert an("create_draft", key="c3", submission={})["code"] == "too-many-drafts"
    assert an("create_draft", key="c0", submission={}) == made[0]  # a repeat is no further one
    an("remove_draft", key="r", draft=made[0]["draft"])
    assert an("create_draft", key="c3", submission={})["draft"]


def test_submitted_draft_is_one_dossier_of_its_owner_under_any_key_and_stays_as_it_was(an, binh, bus, collection):
    draft = an("create_draft", key="c", submission=WHOLE)["draft"]
    receipt = an("submit_draft", key="s", draft=draft)
    assert (receipt["status"], receipt["replayed"]) == (1, False)
    for key in ("s", "other"):
        assert an("submit_draft", key=key, draft=draft) == receipt | {"replayed": True}
    assert an("get", code=receipt["code"])["channel"] == 2
    assert binh("get", code=receipt["code"])["status"] == 404
    assert an("read_draft", draft=draft)["code"] == receipt["code"]
    (row,) = an("save_draft", key="z", draft=draft, submission={})["errors"]
    assert row["kind"] == "draft-submitted"
    assert bus.hear_event("notify.dossier.submitted.v1")["data"]["code"] == receipt["code"]
    assert bus.depth("notify.dossier.submitted.v1") == 0
    assert collection("dossiers").count_documents({}) == 1


def test_what_is_still_missing_is_named_when_it_is_sent_in(an):
    draft = an("create_draft", key="c", submission={"applicant": {"name": "Lan"}})["draft"]
    problem = an("submit_draft", key="s", draft=draft)
    assert (problem["status"], {row["field"] for row in problem["errors"]}) == (422, {"procedure", "components"})
    an("save_draft", key="w", draft=draft, submission=WHOLE)
    assert an("submit_draft", key="s", draft=draft)["status"] == 1


def test_process_that_dies_between_registering_and_noting_the_code_gives_the_same_code_again(
    an, collection, monkeypatch
):
    draft = an("create_draft", key="c", submission=WHOLE)["draft"]
    save = DraftStore.save

    def dies(*_):
        raise OSError("killed")

    monkeypatch.setattr(DraftStore, "save", dies)
    assert an("submit_draft", key="s", draft=draft)["status"] == 500
    code = collection("dossiers").find_one()["code"]
    assert an("read_draft", draft=draft)["code"] is None
    monkeypatch.setattr(DraftStore, "save", save)
    for key in ("s", "after"):
        assert an("submit_draft", key=key, draft=draft)["code"] == code
    assert an("read_draft", draft=draft)["code"] == code
    assert collection("dossiers").count_documents({}) == 1


def test_draft_that_was_sent_in_is_not_edited_although_its_writer_never_heard_of_it(an, collection, monkeypatch):
    draft = an("create_draft", key="c", submission=WHOLE)["draft"]
    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "save", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        an("submit_draft", key="s", draft=draft)
    code = collection("dossiers").find_one()["code"]

    problem = an("save_draft", key="w", draft=draft, submission={**WHOLE, "applicant": {"name": "Khác"}})

    assert (problem["status"], problem["errors"][0]["kind"]) == (409, "draft-submitted")
    assert code in problem["errors"][0]["message"]
    assert an("read_draft", draft=draft)["submission"] == WHOLE
    assert an("submit_draft", key="s2", draft=draft)["code"] == code


def test_draft_is_handed_in_for_no_ward_that_is_not_its_writers_own(an, ask, collection):
    body = {**WHOLE, "ward": "26734", "ward_reference": "A-1"}
    draft = an("create_draft", key="c", submission=body)["draft"]
    assert an("submit_draft", key="s", draft=draft)["errors"][0]["field"] == "ward"
    for unit, status in (("26737", 403), ("26734", 1)):
        officer = {"subject": f"ward-{unit}", "unit": unit}
        made = ask("create_draft", ("ward-officer",), key="c", submission=body, **officer)["draft"]
        assert ask("submit_draft", ("ward-officer",), key="s", draft=made, **officer)["status"] == status
    assert collection("dossiers").count_documents({}) == 1
    again = ask("create_draft", ("ward-officer",), key="c2", submission={**body, "note": "khác"}, **officer)["draft"]
    assert ask("submit_draft", ("ward-officer",), key="s2", draft=again, **officer)["code"] == "idempotency-key-reused"


def test_draft_that_nobody_touched_for_long_goes_and_one_that_was_touched_stays(an, office_clock, collection, until):
    old = an("create_draft", key="c", submission={})["draft"]
    kept = an("create_draft", key="c2", submission={})["draft"]
    office_clock(datetime(2026, 12, 25, 2, tzinfo=UTC))
    an("save_draft", key="s", draft=kept, submission=WHOLE)
    office_clock(datetime(2027, 1, 26, 2, tzinfo=UTC))
    until(lambda: collection("drafts").count_documents({}) == 1)
    assert an("read_draft", draft=old)["status"] == 404
    assert an("read_draft", draft=kept)["submission"] == WHOLE


def test_draft_that_goes_lets_go_of_its_files(an, office_clock, collection, until):
    data = b"%PDF-1.7\n1 0 obj << >> endobj\n"
    file = an("upload_begin", key="f", filename="don.pdf", size=len(data))["id"]
    an("upload_append", upload=file, offset=0, data=base64.b64encode(data).decode())
    an("upload_finish", upload=file)
    paper = {"code": "giay-de-nghi", "copy": 2, "attachments": [{"id": file}]}
    draft = an("create_draft", key="c", submission={**WHOLE, "components": [paper]})["draft"]
    past = datetime(2026, 1, 1, tzinfo=UTC)  # its claim is confirmed an hour later, and stands without a date
    collection("attachments").update_one({"_id": file}, {"$set": {"confirm_at": past, "wake_at": past}})
    until(lambda: "wake_at" not in collection("attachments").find_one({"_id": file}), what="the claim was confirmed")
    assert an("upload_state", upload=file)["dossier_id"] == draft

    office_clock(datetime(2027, 1, 26, 2, tzinfo=UTC))

    until(lambda: collection("drafts").count_documents({}) == 0, what="the draft went")
    freed = an("upload_state", upload=file)
    assert (freed["dossier_id"], freed["expires_at"] is None) == (None, False)
