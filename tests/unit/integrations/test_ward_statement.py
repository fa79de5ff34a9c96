"""What a ward states of a day is what the district computes and can check."""

import base64
import json
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ward.statement import PAGE, content, main, pages

from motcua_contracts.ward import DossierSubmitV1, WardStatementV1, entries_digest, signed
from motcua_contracts.ward import content as district_content

WARD, DAY = "26734", date(2018, 8, 23)
KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)


@pytest.fixture
def submission(example):
    def make(reference="A-1", **more):
        message = example("intake", "dossier.submit.v1")
        message["data"] |= {"ward": WARD, "ward_reference": reference, **more}
        return message

    return make


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"applicant": {"name": "Nguyễn Thị Mai", "phone": None}, "components": [{"code": "ban-sao"}], "note": None},
        {"postal": {"tracking_code": "EE123456789VN", "posted_at": "2018-08-23T08:00:00+07:00"}},
        {"quantities": {"page": 3}, "stream": {"id": "6f0c9ad2-33e2-4a0e-9d5b-0c0f8f1f7a10", "position": 4}},
    ],
)
def test_the_wards_digest_of_a_submission_is_the_districts(submission, more):
    message = submission(**more)
    assert content(message["data"]) == district_content(DossierSubmitV1.open(message).data)


def test_a_statement_keeps_its_contract_and_its_signature_is_over_what_the_district_reads(submission):
    midnight = submission("B-1", submitted_at="2018-08-22T17:00:00Z")["data"]
    other = submission("C-1", submitted_at="2018-08-22T16:59:59Z")["data"]
    (page,) = pages(WARD, [submission()["data"], midnight, other], DAY, KEY)

    data = WardStatementV1().load(page)
    KEY.public_key().verify(base64.urlsafe_b64decode(page["signature"] + "=="), signed(data))
    assert [entry["ward_reference"] for entry in data["entries"]] == ["A-1", "B-1"]
    assert (data["count"], data["digest"]) == (2, entries_digest(data["entries"]))


def test_a_long_day_has_pages_that_follow_one_another_and_an_empty_one_has_one(submission):
    some = submission()["data"]
    first, second = pages(WARD, [some | {"ward_reference": f"A-{n:05}"} for n in range(PAGE + 1)], DAY, KEY)
    assert (first.get("after"), first["upto"], second["after"], second.get("upto")) == (
        None,
        "A-00999",
        "A-00999",
        None,
    )
    assert (first["count"], second["count"]) == (PAGE, 1)
    (empty,) = pages(WARD, [], DAY, KEY)
    assert (empty["ward"], empty["count"]) == (WARD, 0)


@pytest.mark.parametrize("key", ["", "xyz"])
def test_without_a_key_nothing_is_stated(tmp_path, monkeypatch, capsys, key):
    monkeypatch.setenv("WARD_STATEMENT_KEY", key)
    assert main(["2018-08-23", "--ward", WARD, "--state", str(tmp_path / "w.sqlite")]) == 2
    assert "WARD_STATEMENT_KEY" in capsys.readouterr().err


def test_the_command_prints_the_lines_that_are_sent(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WARD_STATEMENT_KEY", "31" * 32)
    assert main(["2018-08-23", "--ward", WARD, "--state", str(tmp_path / "w.sqlite")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["day"] == "2018-08-23"
