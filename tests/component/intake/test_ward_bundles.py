"""Offline bundles: merged with what came before, whole or not at all, finished after a crash, answered line by line."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from intake import store
from intake.service import IntakeService

ROOT = Path(__file__).resolve().parents[3]
WARD, OTHER = "26734", "26737"
COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
WARD_KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
OFFICE_SEED = "ef" * 32
OFFICER, CLERK = (("ward-officer",), WARD), (("clerk",), None)


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def canonical(data):
    """As the page tells a ward to do it, with nothing of ours."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(bundle, lines):
    return canonical({"ward": WARD, "bundle": bundle, "digest": hashlib.sha256(b"".join(lines)).hexdigest()})


class Bundle:
    """A file as a ward makes it, handed in as the gateway does."""

    def __init__(self, lines, key=WARD_KEY, ward=WARD, id_=None):
        self.id = id_ or str(uuid.uuid4())
        self.lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        self.header = {"bundle": self.id, "ward": ward, "made_at": "2026-11-25T01:00:00Z", "count": len(lines)}
        whole = [f"{line}\n".encode() for line in (json.dumps(self.header), *self.lines)]
        self.digest = hashlib.sha256(b"".join(whole)).hexdigest()
        signature = key.sign(signed(self.id, whole))
        self.signature = base64.urlsafe_b64encode(signature).decode().rstrip("=")

    def open(self, ask, who=OFFICER, ward=WARD, **changed):
        given = {"header": self.header, "lines": len(self.lines), "digest": self.digest, "signature": self.signature}
        return ask("open_bundle", *who, ward=ward, **given | changed)

    def take(self, ask, who=OFFICER):
        return ask("take_bundle_lines", *who, ward=WARD, bundle=self.id, first=1, lines=self.lines)

    def answers(self, ask, who=OFFICER):
        """Return the lines of the answers' file, without their feeds."""
        ends = ask("bundle_ends", *who, ward=WARD, bundle=self.id)
        if "header" not in ends:
            return ends
        page = ask("bundle_answers", *who, ward=WARD, bundle=self.id)
        assert page["more"] is False
        return [ends["header"], *page["lines"], ends["trailer"]]

    def hand_in(self, ask, who=OFFICER):
        """Return the data of the answers."""
        assert self.open(ask, who) == {"bundle": self.id, "count": len(self.lines)}
        assert self.take(ask, who) == len(self.lines) + 1
        return [json.loads(line)["data"] for line in self.answers(ask, who)[1:-1]]


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService, MOTCUA_STATEMENT_KEY=OFFICE_SEED, MOTCUA_WARD_KEYS=f"{WARD}={raw(WARD_KEY).hex()}")
    return caller_of("intake")


@pytest.fixture
def command(submission):
    def make(kind, reference, **more):
        message = submission(reference) | {"type": f"dossier.{kind}.v1"}
        message["data"] = {"ward": WARD, "ward_reference": reference, **more}
        return message

    return make


def outcomes(answers):
    return [(row["ward_reference"], row["outcome"]) for row in answers]


def test_a_bundle_is_obeyed_in_its_order_and_the_district_signs_the_answers(ask, submission, command, collection):
    stream = str(uuid.uuid4())
    lines = [
        submission("TD-1", stream={"id": stream, "position": 1}),
        command("correct", "TD-1", reason="Ghi nhầm", quantities={"copy": 2}, stream={"id": stream, "position": 2}),
        submission("TD-2", stream={"id": stream, "position": 3}),
        command("withdraw", "TD-2", reason="Rút", stream={"id": stream, "position": 4}),
    ]
    bundle = Bundle(lines)

    answers = bundle.hand_in(ask)

    assert outcomes(answers) == [("TD-1", "accepted")] * 2 + [("TD-2", "accepted")] * 2
    assert [row.get("about") for row in answers] == [None, "correct", None, "withdraw"]
    statuses = {row["receipt"]["ward_reference"]: row["status"] for row in collection("dossiers").find()}
    assert statuses == {"TD-1": 2, "TD-2": 7}
    assert collection("ward_streams").find_one({"_id": f"{WARD} {stream}"})["top"] == 4
    file = bundle.answers(ask)
    assert [json.loads(line)["causationid"] for line in file[1:-1]] == [line["id"] for line in lines]
    whole = [f"{line}\n".encode() for line in file[:-1]]
    given = base64.urlsafe_b64decode(json.loads(file[-1])["signature"] + "==")
    office = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(OFFICE_SEED))
    Ed25519PublicKey.from_public_bytes(raw(office)).verify(given, signed(bundle.id, whole))


def test_the_same_bundle_again_and_its_messages_in_another_change_nothing(ask, submission, collection):
    lines = [submission(f"TD-{n}") for n in range(3)]
    bundle = Bundle(lines)
    first = bundle.hand_in(ask)
    file = bundle.answers(ask)

    assert bundle.hand_in(ask, CLERK) == first
    assert bundle.answers(ask) == file
    assert Bundle(lines[1:]).hand_in(ask) == first[1:]
    assert collection("dossiers").count_documents({}) == 3


def test_what_came_by_message_before_is_answered_and_not_done_twice(ask, bus, submission, command, collection, until):
    sent, unsent = submission("TD-1"), submission("TD-2")
    wrong = submission("TD-3", procedure="9.999999")
    right = command("correct", "TD-1", reason="Ghi nhầm", quantities={"copy": 2})
    for kind, message in (("submit", sent), ("submit", wrong), ("correct", right)):
        bus.say(f"ward-{WARD}", "intake.commands", f"dossier.{kind}.v1.{WARD}", message)
    until(lambda: collection("rejections").count_documents({}) == 1)
    until(lambda: (collection("dossiers").find_one() or {}).get("corrections"), within=30)

    answers = Bundle([sent, right, wrong, unsent]).hand_in(ask)

    done = ("TD-1", "accepted")
    assert outcomes(answers) == [done, done, ("TD-3", "rejected"), ("TD-2", "accepted")]
    assert answers[2]["problems"][0]["field"] == "procedure"
    assert collection("dossiers").count_documents({}) == 2
    assert len(collection("dossiers").find_one({"receipt.ward_reference": "TD-1"})["corrections"]) == 1


def test_a_bundle_of_another_ward_changed_or_unsigned_leaves_nothing_behind(ask, submission, collection):
    lines = [submission("TD-1")]
    good, foreign = Bundle(lines), Bundle(lines, ward=OTHER)
    refused = [
        (good.open(ask, digest="0" * 64), 422, "bad-signature"),
        (good.open(ask, signature=""), 422, "bad-signature"),
        (good.open(ask, header=good.header | {"bundle": str(uuid.uuid4())}), 422, "bad-signature"),
        (good.open(ask, lines=2), 422, "wrong-count"),
        (Bundle(lines, key=OTHER_KEY).open(ask), 422, "bad-signature"),
        (foreign.open(ask), 422, "not-your-ward"),
        (good.open(ask, (("ward-officer",), OTHER)), 403, "not-your-ward"),
        (foreign.open(ask, CLERK, ward=OTHER), 422, "no-key"),
    ]
    for problem, status, kind in refused:
        assert (problem["status"], problem["errors"][0]["kind"]) == (status, kind)
    fields = good.open(ask, header={"ward": WARD, "count": 0})["errors"]
    assert {row["field"] for row in fields} == {"bundle", "made_at", "count"}
    assert good.take(ask)["code"] == "unknown-bundle"  # lines without a signature that was checked
    assert collection("ward_bundles").count_documents({}) == collection("dossiers").count_documents({}) == 0


def test_an_id_stands_for_one_bundle(ask, submission):
    first = Bundle([submission("TD-1")])
    assert first.hand_in(ask)
    assert Bundle([submission("TD-2")], id_=first.id).open(ask)["code"] == "idempotency-key-reused"


def test_a_faulty_line_is_rejected_by_its_field_and_the_others_go_on(ask, submission, command, collection):
    broken = submission("TD-2")
    del broken["data"]["applicant"]
    lines = [
        "{torn",
        broken,
        submission("TD-3") | {"type": "ward.statement.v1"},
        submission("TD-4", ward=OTHER),
        command("withdraw", "TD-9", reason="Rút"),
        submission("TD-5", procedure="9.999999"),
        submission("TD-6"),
    ]

    answers = Bundle(lines).hand_in(ask)

    references = ["?", "TD-2", "TD-3", "TD-4", "TD-9", "TD-5"]
    assert outcomes(answers) == [(name, "rejected") for name in references] + [("TD-6", "accepted")]
    named = [[row["field"] for row in answer.get("problems", [])] for answer in answers]
    assert named == [["line"], ["applicant"], ["type"], ["ward"], ["ward_reference"], ["procedure"], []]
    assert collection("dossiers").count_documents({}) == 1


def test_a_bundle_whose_taking_died_between_effect_and_answer_is_finished_by_the_same_bundle(
    ask, submission, collection, monkeypatch
):
    bundle, answer = Bundle([submission(f"TD-{n}") for n in range(4)]), store.Bundles.answer

    def die_at_the_third(self, ward, id_, line, text):
        if line == 3:
            raise RuntimeError("died")
        answer(self, ward, id_, line, text)

    monkeypatch.setattr(store.Bundles, "answer", die_at_the_third)
    bundle.open(ask)
    assert bundle.take(ask)["status"] == 500
    assert collection("dossiers").count_documents({}) == 3
    assert bundle.answers(ask)["code"] == "bundle-unfinished"
    monkeypatch.setattr(store.Bundles, "answer", answer)

    assert outcomes(bundle.hand_in(ask)) == [(f"TD-{n}", "accepted") for n in range(4)]
    assert collection("dossiers").count_documents({}) == 4


def test_lines_outside_the_bundle_and_other_wards_answers_are_refused(ask, submission):
    bundle = Bundle([submission("TD-1")])
    bundle.hand_in(ask)
    for first in (0, 2, "1"):
        told = ask("take_bundle_lines", *OFFICER, ward=WARD, bundle=bundle.id, first=first, lines=bundle.lines)
        assert (told["status"], told["errors"][0]["field"]) == (422, "first")
    assert ask("bundle_answers", *OFFICER, ward=WARD, bundle=bundle.id, after=-1)["errors"][0]["field"] == "after"
    assert bundle.answers(ask, (("ward-officer",), OTHER))["status"] == 403
    assert ask("bundle_ends", *OFFICER, ward=WARD, bundle="x")["code"] == "unknown-bundle"


def test_the_reference_program_pushes_in_vain_hands_a_bundle_over_and_books_the_answers(
    bus, request, collection, tmp_path
):
    """The district was away; what lies in its queue meanwhile is in the bundle too, and registered once."""
    cases = [
        {"ward_reference": f"TD-{n}", "submitted_at": "2026-11-25T01:00:00Z", "procedure": "1.001612",
         "applicant": {"name": "Nguyễn Thị Mai"}, "components": COMPONENTS}
        for n in range(3)
    ]  # fmt: skip
    (tmp_path / "cases.ndjson").write_text("".join(f"{json.dumps(case)}\n" for case in cases))
    office = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(OFFICE_SEED))
    environment = os.environ | {
        "WARD_AMQP_URL": bus.broker.uri(f"ward-{WARD}"),
        "WARD_STATEMENT_KEY": "01" * 32,
        "WARD_DISTRICT_KEY": raw(office).hex(),
    }

    def run(*command):
        state = ["--ward", WARD, "--state", str(tmp_path / "ward.sqlite")]
        program = [sys.executable, str(ROOT / "integrations" / "ward" / "ward.py"), *command, *state]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=False, timeout=60)

    schemas = ("--schemas", str(ROOT / "contracts" / "schemas"))
    run("push", str(tmp_path / "cases.ndjson"), *schemas)
    assert "messages=3" in run("bundle", "out", str(tmp_path / "bundle.ndjson")).stdout

    header, *lines, last = (tmp_path / "bundle.ndjson").read_bytes().splitlines(keepends=True)
    bundle = Bundle([line.decode().rstrip() for line in lines])
    bundle.header, bundle.id = json.loads(header), json.loads(header)["bundle"]
    bundle.digest = hashlib.sha256(b"".join([header, *lines])).hexdigest()
    bundle.signature = json.loads(last)["signature"]
    ask = request.getfixturevalue("ask")  # the district is back
    assert outcomes(bundle.hand_in(ask)) == [(f"TD-{n}", "accepted") for n in range(3)]
    (tmp_path / "answers.ndjson").write_text("".join(f"{line}\n" for line in bundle.answers(ask)))

    taken = run("bundle", "in", str(tmp_path / "answers.ndjson"), *schemas)
    status = run("status")

    assert (taken.returncode, taken.stdout) == (0, "answers: new=3 known=0\n"), taken.stderr
    assert (status.returncode, "accepted=3" in status.stdout) == (0, True), status.stdout
    assert collection("dossiers").count_documents({}) == 3
