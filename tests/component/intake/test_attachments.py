"""Files come to intake piece by piece, are judged, scanned, claimed, read, and removed when nobody wants them."""

import base64
import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta

import gridfs
import pytest

from chassis.errors import Refused
from chassis.identity import Identity
from intake.service import IntakeService
from intake.store import CHUNK
from tests.component.scanning import EICAR, VIRUS, Scanner

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"
ENCRYPTED = PDF + b"trailer << /Encrypt 5 0 R >>"
SUBMISSION = {
    "procedure": "1.001612",
    "applicant": {"name": "Nguyễn Thị Lan"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}
MAI = Identity("mai", frozenset({"citizen"}))
LAN = Identity("lan", frozenset({"clerk"}))
CITIZEN = {"roles": ("citizen",), "subject": "mai"}


class Desk:
    """Intake, and whoever sends it files."""

    def __init__(self, container, ask, collection):
        self.container, self.ask, self._collection = container, ask, collection

    @property
    def service(self):
        """The service as a worker has it, for what only other entrypoints call."""
        made = IntakeService()
        for dependency in self.container.dependencies:
            setattr(made, dependency.attr_name, dependency.get_dependency(None))
        return made

    def begin(self, size, name="don.pdf", key=None, who=CITIZEN, **more):
        return self.ask("upload_begin", **who, key=key or str(uuid.uuid4()), filename=name, size=size, **more)

    def append(self, upload, offset, data, who=CITIZEN):
        told = base64.b64encode(data).decode()
        return self.ask("upload_append", **who, upload=upload, offset=offset, data=told)

    def upload(self, content, name="don.pdf", who=CITIZEN):
        """Send a whole file and return what became of it."""
        upload = self.begin(len(content), name, who=who)["id"]
        for start in range(0, len(content), CHUNK):
            self.append(upload, start, content[start : start + CHUNK], who)
        return self.ask("upload_finish", **who, upload=upload)

    def state(self, upload, who=CITIZEN):
        return self.ask("upload_state", **who, upload=upload)

    def read(self, upload, **who):
        found = self.ask("attachment_read", **(who or CITIZEN), attachment=upload, offset=0)
        return base64.b64decode(found["data"]) if "data" in found else found["code"]

    def row(self, upload):
        return self._collection("attachments").find_one({"_id": upload})

    def pass_time(self, upload, *fields):
        """Let moments of a file be past, as time would."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        changed = self._collection("attachments").update_one(
            {"_id": upload}, {"$set": dict.fromkeys((*fields, "wake_at"), past), "$inc": {"version": 1}}
        )
        assert changed.matched_count == 1

    def chunks(self, upload):
        return self._collection("attachments.chunks").count_documents({"files_id": upload})


@pytest.fixture
def desk_with(run_service, caller_of, collection, bus):
    def make(**settings):
        return Desk(run_service(IntakeService, settings=settings), caller_of("intake"), collection)

    return make


@pytest.fixture
def desk(desk_with):
    return desk_with()


@pytest.fixture
def scanner(tmp_path):
    made = Scanner(tmp_path)
    yield made
    made.stop()


def test_a_file_in_uneven_pieces_is_whole_and_any_gridfs_reader_can_read_it(desk, collection):
    content = PDF + os.urandom(CHUNK * 2 + 12_345)
    upload, offset = desk.begin(len(content))["id"], 0
    for length in (1, 100_000, CHUNK, 50_000, CHUNK):
        piece = content[offset : offset + length]
        offset = desk.append(upload, offset, piece)["offset"]
        assert len(desk.row(upload)["tail"]) < 2 * CHUNK

    found = desk.ask("upload_finish", **CITIZEN, upload=upload)

    assert (found["state"], found["offset"]) == ("unscanned", len(content))
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    database = collection("attachments").database
    assert gridfs.GridFSBucket(database, "attachments").open_download_stream(upload).read() == content
    assert bytes(desk.row(upload)["tail"]) == b""
    assert desk.read(upload) == content[:CHUNK]


def test_the_same_piece_again_changes_nothing_and_another_place_is_refused(desk):
    upload = desk.begin(100)["id"]

    assert desk.append(upload, 0, PDF)["offset"] == len(PDF)
    assert desk.append(upload, 0, PDF)["offset"] == len(PDF)
    for offset, data in ((0, b"%PDF-other"), (len(PDF) + 1, b"x"), (len(PDF), b"x" * 100)):
        problem = desk.append(upload, offset, data)
        assert (problem["code"], problem["status"], problem["detail"]) == ("wrong-offset", 409, str(len(PDF)))


def test_of_two_writers_at_one_place_exactly_one_is_taken(desk, caller_of):
    upload = desk.begin(20 * 1000)["id"]
    other = caller_of("intake")
    for round_ in range(20):
        offset = round_ * 1000
        pieces = [bytes([65 + writer]) * 1000 for writer in range(2)]
        sent = [
            ask.send("upload_append", **CITIZEN, upload=upload, offset=offset, data=base64.b64encode(piece).decode())
            for ask, piece in zip((desk.ask, other), pieces, strict=True)
        ]
        answers = [ask.replies(1)[key] for ask, key in zip((desk.ask, other), sent, strict=True)]

        assert sorted(answer["error"] is None for answer in answers) == [False, True]
        taken = pieces[[answer["error"] is None for answer in answers].index(True)]
        assert bytes(desk.row(upload)["tail"])[offset:] == taken


@pytest.mark.parametrize(
    ("name", "size", "filetype", "field", "kind"),
    [
        ("don.exe", 10, "", "filename", "file-type-not-allowed"),
        ("don.docm", 10, "", "filename", "file-type-not-allowed"),
        ("", 10, "", "filename", "file-name-missing"),
        ("don.pdf", 10, "image/png", "filetype", "file-type-disagrees"),
        ("don.pdf", 0, "", "size", "file-empty"),
        ("don.pdf", 51 * 1024 * 1024, "", "size", "file-too-large"),
        ("don.pdf", "10", "", "size", "not-a-count"),
        (None, 10, "", "filename", "not-a-text"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_before_a_byte_is_sent(desk, name, size, filetype, field, kind):
    problem = desk.begin(size, name, filetype=filetype)

    assert (problem["code"], problem["status"]) == ("invalid-upload", 422)
    assert [(row["field"], row["kind"]) for row in problem["errors"]] == [(field, kind)]
    assert all(row["message"] and row["message_en"] for row in problem["errors"])


@pytest.mark.parametrize(
    ("data", "field"), [("***", "data"), ("", "data"), (base64.b64encode(b"x" * (CHUNK + 1)).decode(), "data")]
)
def test_a_piece_that_is_none_names_its_field(desk, data, field):
    upload = desk.begin(100)["id"]

    problem = desk.ask("upload_append", **CITIZEN, upload=upload, offset=0, data=data)

    assert (problem["code"], problem["errors"][0]["field"]) == ("invalid-piece", field)


def test_a_file_that_is_not_what_its_name_says_is_refused_and_its_bytes_go(desk, until):
    problem = desk.upload(b"MZ" + bytes(CHUNK))
    upload = desk.service.attachments._documents.collection.find_one({"state": "refused"})["_id"]

    assert (problem["code"], problem["errors"][0]["kind"]) == ("attachment-refused", "file-content-disagrees")
    until(lambda: desk.chunks(upload) == 0, what="the bytes are gone")
    assert desk.state(upload)["errors"][0]["kind"] == "file-content-disagrees"
    assert desk.ask("upload_finish", **CITIZEN, upload=upload)["code"] == "attachment-refused"


def test_an_encrypted_pdf_is_refused(desk):
    assert desk.upload(ENCRYPTED)["errors"][0]["kind"] == "file-encrypted"


def test_a_whole_file_whose_sender_went_away_is_judged_all_the_same(desk, until):
    upload = desk.begin(len(PDF))["id"]
    assert desk.append(upload, 0, PDF)["state"] == "received"

    desk.pass_time(upload, "work_at")

    until(lambda: desk.state(upload)["state"] == "unscanned", what="it was judged")


def test_announcing_again_with_the_same_key_is_the_same_upload(desk):
    first = desk.begin(100, key="k")
    desk.append(first["id"], 0, PDF)

    assert desk.begin(100, key="k")["offset"] == len(PDF)
    assert desk.begin(100, key="k")["id"] == first["id"]
    assert desk.begin(101, key="k")["code"] == "idempotency-key-reused"
    assert desk.begin(100, key="k", who={"roles": ("citizen",), "subject": "an"})["id"] != first["id"]


def test_an_account_has_only_so_many_files_that_nobody_uses(desk_with):
    desk = desk_with(uploads_per_account=2)
    for _ in range(2):
        upload = desk.begin(100)["id"]

    assert desk.begin(100)["code"] == "too-many-uploads"
    desk.ask("upload_remove", **CITIZEN, upload=upload)
    assert "id" in desk.begin(100)


def test_somebody_elses_file_does_not_exist(desk):
    upload = desk.upload(PDF)["id"]
    stranger = {"roles": ("citizen",), "subject": "an"}

    for method, more in (("upload_state", {}), ("upload_remove", {}), ("upload_finish", {})):
        assert desk.ask(method, **stranger, upload=upload, **more)["code"] == "unknown-attachment"
    assert desk.append(upload, 0, b"x", stranger)["code"] == "unknown-attachment"
    assert desk.read(upload, **stranger) == "unknown-attachment"
    assert desk.read(upload, roles=("department-officer",), unit="TP", subject="an") == "unknown-attachment"
    assert desk.read(upload, roles=("clerk",)) == PDF
    assert desk.ask("upload_begin", ("auditor",), key="k", filename="a.pdf", size=1)["status"] == 403


def test_a_removed_file_leaves_nothing(desk, collection):
    upload = desk.upload(PDF + bytes(CHUNK * 2))["id"]
    assert desk.chunks(upload) == 3

    assert desk.ask("upload_remove", **CITIZEN, upload=upload) == {"id": upload}

    assert desk.row(upload) is None
    assert desk.chunks(upload) == 0
    assert collection("attachments.files").count_documents({"_id": upload}) == 0
    assert desk.state(upload)["code"] == "unknown-attachment"


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_nobody_claims_is_removed_when_its_days_are_over(desk, until, whole):
    content = PDF + bytes(CHUNK * 2)
    upload = desk.upload(content)["id"] if whole else desk.begin(len(content) + 1)["id"]
    if not whole:
        for start in range(0, len(content), CHUNK):
            desk.append(upload, start, content[start : start + CHUNK])
        assert desk.chunks(upload) > 0

    desk.pass_time(upload, "expires_at")

    until(lambda: desk.row(upload) is None and desk.chunks(upload) == 0, what="it was removed")


def test_a_removal_that_a_crash_interrupted_goes_on(desk, collection, until):
    upload = desk.upload(PDF + bytes(CHUNK))["id"]
    collection("attachments").update_one({"_id": upload}, {"$set": {"state": "removed"}, "$inc": {"version": 1}})
    assert desk.state(upload)["code"] == "unknown-attachment"

    desk.pass_time(upload)

    until(lambda: desk.row(upload) is None and desk.chunks(upload) == 0, what="it was removed")


def test_a_claimed_file_belongs_to_one_dossier(desk):
    upload, other = desk.upload(PDF)["id"], desk.upload(PDF + b"2")["id"]
    first = desk.service.claim_attachments([other, upload], "d-1", MAI)

    assert [claimed.id for claimed in first] == [other, upload]
    assert first[1].sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first[1].name, first[1].type, first[1].size) == ("don.pdf", "application/pdf", len(PDF))
    assert first[1].signed is False
    assert desk.service.claim_attachments([other, upload], "d-1", MAI) == first
    assert desk.service.attachments.dossier_id_of(upload) == "d-1"
    assert desk.ask("upload_remove", **CITIZEN, upload=upload)["code"] == "attachment-taken"
    with pytest.raises(Refused) as refused:
        desk.service.claim_attachments([upload], "d-2", LAN)
    assert [(row["field"], row["kind"]) for row in refused.value.errors] == [("attachments.0", "attachment-taken")]


def test_every_file_that_cannot_be_claimed_is_named(desk):
    whole, unfinished = desk.upload(PDF)["id"], desk.begin(100)["id"]
    foreign = desk.upload(PDF, who={"roles": ("citizen",), "subject": "an"})["id"]
    ids = [whole, unfinished, foreign, whole, "no-id"]

    faults = desk.service.attachment_faults(ids, "d-1", MAI, fields=[f"components.a.{n}" for n in range(5)])

    assert [(fault.field, fault.kind) for fault in faults] == [
        ("components.a.1", "attachment-unfinished"),
        ("components.a.2", "attachment-unknown"),
        ("components.a.3", "attachment-twice"),
        ("components.a.4", "attachment-unknown"),
    ]
    assert desk.service.attachment_faults([whole, foreign], "d-1", LAN) == []


def test_a_dossier_has_only_so_many_files_and_bytes(desk_with):
    desk = desk_with(attachments_per_dossier=2, attachments_bytes=3 * len(PDF))
    ids = [desk.upload(PDF)["id"] for _ in range(3)]
    big = desk.upload(PDF * 3)["id"]
    desk.service.claim_attachments(ids[:1], "d-1", MAI)

    assert desk.service.attachment_faults(ids[1:2], "d-1", MAI) == []
    assert [fault.kind for fault in desk.service.attachment_faults(ids[1:], "d-1", MAI)] == ["attachments-too-many"]
    assert [fault.kind for fault in desk.service.attachment_faults([big], "d-1", MAI)] == ["attachments-too-large"]


def test_a_dossiers_file_is_read_by_whoever_may_read_the_dossier(desk, until):
    upload = desk.upload(PDF)["id"]
    receipt = desk.ask("submit", key="k", channel=1, submission=SUBMISSION)
    desk.service.claim_attachments([upload], receipt["dossier_id"], LAN)
    other = next(code for code in ("TP", "KT") if code != receipt["department"])

    desk.pass_time(upload, "confirm_at")
    until(lambda: "wake_at" not in desk.row(upload), what="the claim was confirmed")

    assert desk.state(upload)["dossier_id"] == receipt["dossier_id"]
    assert desk.read(upload, roles=("department-officer",), unit=receipt["department"]) == PDF
    assert desk.ask("attachment", ("auditor",), attachment=upload)["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert desk.read(upload, roles=("department-officer",), unit=other) == "unknown-attachment"
    assert desk.read(upload) == "unknown-attachment"  # the dossier is not the sender's


def test_the_claim_of_a_dossier_that_never_came_is_void(desk, until):
    upload = desk.upload(PDF)["id"]
    desk.service.claim_attachments([upload], str(uuid.uuid4()), MAI)

    desk.pass_time(upload, "confirm_at")

    until(lambda: desk.state(upload)["dossier_id"] is None, what="it is nobody's again")
    assert desk.state(upload)["expires_at"] > datetime.now(UTC).isoformat()


def test_the_claim_of_a_draft_stands_and_goes_over_to_its_dossier(desk, until):
    draft = desk.ask("create_draft", **CITIZEN, key="k", submission={})["draft"]
    upload = desk.upload(PDF)["id"]
    desk.service.claim_attachments([upload], draft, MAI)

    desk.pass_time(upload, "confirm_at")

    until(lambda: "wake_at" not in desk.row(upload), what="the claim was confirmed")
    assert desk.row(upload)["dossier_id"] == draft
    assert desk.service.claim_attachments([upload], "d-1", MAI, draft_id=draft)[0].id == upload
    assert desk.service.attachments.dossier_id_of(upload) == "d-1"


def test_a_released_file_can_be_claimed_by_another_dossier(desk):
    upload = desk.upload(PDF)["id"]
    desk.service.claim_attachments([upload], "d-1", MAI)

    desk.service.release_attachments([upload], "d-2")
    assert desk.service.attachments.dossier_id_of(upload) == "d-1"
    desk.service.release_attachments([upload], "d-1")
    assert desk.service.claim_attachments([upload], "d-2", MAI)


def test_a_clean_file_is_found_clean(desk_with, scanner, until):
    scanner.start()
    desk = desk_with(scanner=scanner.address)
    upload = desk.upload(PDF + bytes(CHUNK * 3))["id"]

    until(lambda: desk.state(upload)["state"] == "clean", what="it was scanned")
    assert desk.read(upload, roles=("clerk",))[: len(PDF)] == PDF


def test_an_infected_file_goes_and_its_record_stays(desk_with, scanner, until):
    scanner.start()
    desk = desk_with(scanner=scanner.address)
    upload = desk.upload(PDF + bytes(CHUNK) + EICAR)["id"]

    until(lambda: desk.state(upload)["state"] == "infected" and desk.chunks(upload) == 0, what="its bytes are gone")
    assert VIRUS in desk.row(upload)["virus"]
    assert VIRUS in desk.state(upload)["errors"][0]["message"]
    assert desk.read(upload) == "attachment-infected"
    assert [fault.kind for fault in desk.service.attachment_faults([upload], "d-1", LAN)] == ["attachment-infected"]
    with pytest.raises(Refused):
        desk.service.attachments.claim([upload], "d-1", LAN, datetime.now(UTC))


def test_while_the_scanner_is_away_a_file_waits_can_be_attached_and_is_scanned_when_it_is_back(
    desk_with, scanner, until
):
    desk = desk_with(scanner=scanner.address)
    upload = desk.upload(PDF)["id"]
    until(lambda: desk.row(upload)["scans"] >= 1, what="the scanner was asked in vain")

    assert desk.state(upload)["state"] == "waiting-for-scan"
    assert desk.read(upload) == PDF
    assert desk.read(upload, roles=("clerk",)) == "attachment-not-ready"
    assert desk.service.claim_attachments([upload], "d-1", MAI)[0].id == upload

    scanner.start()
    until(lambda: desk.state(upload)["state"] == "clean", within=30, what="it was scanned")
    assert desk.service.attachments.dossier_id_of(upload) == "d-1"


CLERK = {"roles": ("clerk",), "subject": "lan"}


def naming(file):
    """Return the papers of ``SUBMISSION``, the first of them with this file."""
    first, second = SUBMISSION["components"]
    return [{**first, "attachments": [{"id": file}]}, second]


@pytest.mark.parametrize(("act", "more"), [("receive", {}), ("correct", {"reason": "Thiếu tệp"})])
def test_file_that_the_desk_names_later_is_the_dossiers(desk, act, more):
    upload = desk.upload(PDF, who=CLERK)["id"]
    receipt = desk.ask("submit", **CLERK, key="k", channel=1, submission=SUBMISSION, receive=False)

    seen = desk.ask(act, **CLERK, key="r", code=receipt["code"], components=naming(upload), **more)

    (file,) = next(paper["attachments"] for paper in seen["components"] if paper.get("attachments"))
    assert (file["id"], file["sha256"]) == (upload, hashlib.sha256(PDF).hexdigest())
    assert desk.state(upload, CLERK)["dossier_id"] == receipt["dossier_id"]


@pytest.mark.parametrize(("act", "more"), [("supplement", {}), ("receive", {}), ("correct", {"reason": "Thiếu tệp"})])
def test_act_that_the_status_does_not_allow_takes_no_files(desk, act, more):
    upload = desk.upload(PDF, who=CLERK)["id"]
    code = desk.ask("submit", **CLERK, key="k", channel=1, submission=SUBMISSION)["code"]
    if act == "correct":
        desk.ask("withdraw", **CLERK, key="w", code=code, reason="thôi")

    problem = desk.ask(act, **CLERK, key="r", code=code, components=naming(upload), **more)

    assert (problem["code"], problem["status"]) == ("illegal-move", 409)
    assert desk.state(upload, CLERK)["dossier_id"] is None
