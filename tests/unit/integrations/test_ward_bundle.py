"""A ward's bundle is what the district reads, and its answers are booked once."""

import hashlib
import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from partner.lines import Case
from ward.book import Book
from ward.ward import main

from intake.domain import Fault
from intake.messages import bundles, calls
from intake.messages.statements import Keys

WARD = "26734"
SEED, OFFICE = "31" * 32, "32" * 32


def public(seed):
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


KEYS = Keys(OFFICE, {WARD: public(SEED)})


@pytest.fixture
def book(tmp_path, example):
    """A book with two submissions and a withdrawal; the first submission is answered."""
    made = Book(tmp_path / "w.sqlite", WARD)

    def case(kind, reference):
        message = example("intake", f"dossier.{kind}.v1")
        message["id"] = str(uuid.uuid4())
        message["data"] |= {"ward": WARD, "ward_reference": reference}
        return Case(1, reference, "d", message)

    made.keep([case("submit", "A-1"), case("submit", "A-2")])
    made.keep_further([case("withdraw", "A-2")])
    answer = example("intake", "submission.answered.v1")
    answer["data"] |= {"ward_reference": "A-1", "outcome": "accepted"}
    assert made.answer(answer)
    yield made
    made.close()


@pytest.fixture
def run(tmp_path, book, monkeypatch, schema_directory):
    monkeypatch.setenv("WARD_STATEMENT_KEY", SEED)
    monkeypatch.setenv("WARD_DISTRICT_KEY", public(OFFICE))

    def command(way, name):
        more = ["--schemas", str(schema_directory)] if way == "in" else []
        state = ["--ward", WARD, "--state", str(tmp_path / "w.sqlite")]
        return main(["bundle", way, str(tmp_path / name), *state, *more])

    return command


@pytest.fixture
def made(run, tmp_path):
    assert run("out", "b.ndjson") == 0
    return (tmp_path / "b.ndjson").read_bytes().splitlines(keepends=True)


def checked(lines, ward=WARD, keys=KEYS):
    """Return the fields that the district finds at fault."""
    header = calls.load(bundles.Header(), json.loads(lines[0]))
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    signature = json.loads(lines[-1])["signature"]
    return [fault.kind for fault in bundles.faults(keys, ward, header, len(lines) - 2, digest, signature)]


def test_what_has_no_answer_goes_out_in_order_under_the_ids_and_positions_it_has(made, book):
    assert checked(made) == []
    messages = [bundles.open_line(line.decode()) for line in made[1:-1]]
    assert [(one.type, one.data["ward_reference"]) for one in messages] == [
        ("dossier.submit.v1", "A-2"),
        ("dossier.withdraw.v1", "A-2"),
    ]
    assert [one.data["stream"]["position"] for one in messages] == [2, 3]
    ((_, kept, _),) = book.unanswered(0, 10)
    assert messages[0].id == kept


@pytest.mark.parametrize(
    "harm",
    [
        lambda lines: [lines[0].replace(b'"count":2', b'"count":3'), *lines[1:]],
        lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        lambda lines: [*lines[:2], lines[3]],
        lambda lines: [*lines[:2], lines[1], *lines[2:]],
        lambda lines: [lines[0], lines[1].replace(b"A-2", b"A-3"), *lines[2:]],
        lambda lines: [*lines[:3], b'{"signature":"' + b"A" * 86 + b'"}\n'],
        lambda lines: [*lines[:3], b'{"signature":""}\n'],
    ],
    ids=["header", "order", "left out", "doubled", "content", "signature", "unsigned"],
)
def test_a_bundle_that_was_tampered_with_is_not_the_wards(made, harm):
    assert checked(harm(made)) == ["bad-signature"]


def test_a_bundle_is_its_wards_own_and_needs_the_keys_of_both(made):
    assert checked(made, ward="26737") == ["not-your-ward"]
    assert checked(made, keys=Keys(OFFICE, {})) == ["no-key"]
    assert checked(made, keys=Keys("", KEYS.wards)) == ["no-bundles"]
    assert checked(made, keys=Keys(OFFICE, {WARD: public(OFFICE)})) == ["bad-signature"]


@pytest.fixture
def answered(made, tmp_path):
    """Write the district's answers, all rejections, and return the file."""
    header = json.loads(made[0])
    at = calls.load(bundles.Header(), header)["made_at"]
    rows = calls.problems([Fault("ward_reference", "unknown-reference")])
    told = [bundles.unreadable(WARD, line.decode(), rows, at) for line in made[1:-1]]
    first, last = bundles.ends(KEYS, WARD, header["bundle"], at, told, len(told))
    file = tmp_path / "a.ndjson"
    file.write_bytes("".join(f"{line}\n" for line in (first, *told, last)).encode())
    return file


def test_the_answers_are_booked_once_and_then_nothing_goes_out(run, answered, book, capsys):
    assert run("in", "a.ndjson") == run("in", "a.ndjson") == 0
    assert "new=2 known=0\nanswers: new=0 known=2" in capsys.readouterr().out
    assert book.waiting() == 0
    assert run("out", "c.ndjson") == 0
    assert not answered.with_name("c.ndjson").exists()


@pytest.mark.parametrize("harm", [(b"rejected", b"accepted"), (WARD.encode(), b"26737"), (b"}\n", b"")])
def test_answers_that_are_not_the_districts_as_it_wrote_them_are_not_booked(run, answered, book, harm, capsys):
    answered.write_bytes(answered.read_bytes().replace(*harm))
    assert run("in", "a.ndjson") == 3
    assert "signature" in capsys.readouterr().err
    assert book.waiting() == 2


@pytest.mark.parametrize(("way", "name"), [("out", "WARD_STATEMENT_KEY"), ("in", "WARD_DISTRICT_KEY")])
def test_without_its_key_neither_way_is_gone(run, monkeypatch, capsys, way, name):
    monkeypatch.setenv(name, "xyz")
    assert run(way, "b.ndjson") == 2
    assert name in capsys.readouterr().err
