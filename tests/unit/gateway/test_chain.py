"""Whether a printed receipt belongs to a dossier's history: what the holder of it is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway import messages, texts
from gateway.chain import Chain, Verdict, check, link_up
from motcua_contracts import BY_TYPE, ContractError, history

ROOT = Path(__file__).resolve().parents[3]
CODE = "000.00.01.H29-180102-0001"
AT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)
DUE = AT + timedelta(days=3)
KINDS = ["submitted", "received", "processing-started", "lateness-forecast", "rescheduled", "resolved", "returned"]


def story():
    """Return the links of a dossier's history."""
    entries = []
    for number, kind in enumerate(KINDS):
        at = AT + timedelta(hours=number)
        told = history.content({"what": kind, "number": number})
        before = entries[-1] if entries else None
        entries.append(history.link(CODE, before, at=at, kind=kind, status=2, due_at=DUE, told=told))
    return entries


STORY = story()
#: What the events of the story tell beside their links.
DATA = {
    "status": 2,
    "procedure": {"code": "2.000815", "name": "Chứng thực"},
    "department": "TP",
    "received_at": AT,
    "resolved_at": AT,
    "due_at": DUE,
    "on_time": True,
}


def rechained_from(position):
    """Return a history like ``STORY`` in which an entry was put in another way, and all after it chained anew."""
    entries = STORY[: position - 1]
    for entry in STORY[position - 1 :]:
        at = entry["at"] - timedelta(minutes=30 if entry["position"] == position else 0)
        fields = {"kind": entry["kind"], "status": entry["status"], "due_at": DUE, "told": entry["content"]}
        entries = [*entries, history.link(CODE, entries[-1] if entries else None, at=at, **fields)]
    return entries


@pytest.mark.parametrize("order", [1, -1])
def test_every_receipt_of_a_sound_history_fits_in_whatever_order_the_links_came(order):
    chain = link_up(CODE, STORY[::order])
    found = [check(chain, entry["digest"].upper()) for entry in STORY]
    assert {result.verdict for result in found} == {Verdict.FITS}
    assert [result.entry["position"] for result in found] == list(range(1, 8))


@pytest.mark.parametrize("position", range(1, 8))
def test_a_receipt_from_before_a_change_fits_and_one_from_after_it_does_not(position):
    chain = link_up(CODE, rechained_from(position))
    assert chain.broken_at is None
    found = [check(chain, entry["digest"]).verdict for entry in STORY]
    assert found == [Verdict.FITS] * (position - 1) + [Verdict.UNKNOWN] * (8 - position)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", AT + timedelta(minutes=7)),
        ("kind", "corrected"),
        ("status", 4),
        ("due_at", DUE + timedelta(days=1)),
        ("due_at", None),
        ("content", "0" * 64),
        ("previous", "0" * 64),
        ("digest", "0" * 64),
    ],
)
def test_an_entry_that_was_changed_alone_breaks_the_history_there(field, value):
    entries = [*STORY[:2], {**STORY[2], field: value}, *STORY[3:]]
    chain = link_up(CODE, entries)
    assert chain.broken_at == 3
    assert check(chain, STORY[1]["digest"]).verdict is Verdict.FITS
    assert check(chain, entries[2]["digest"]).verdict is Verdict.BROKEN
    assert check(chain, STORY[4]["digest"]).verdict is Verdict.BROKEN


def test_the_history_of_another_dossier_breaks_at_its_first_entry():
    assert link_up(CODE[:-1] + "2", STORY).broken_at == 1


def test_what_was_told_first_stands_and_the_same_position_told_otherwise_breaks_it():
    chain = link_up(CODE, [*STORY[:4], *rechained_from(3)])
    assert chain.broken_at == 3
    assert [entry["digest"] for entry in chain.entries[:4]] == [entry["digest"] for entry in STORY[:4]]
    assert check(chain, STORY[1]["digest"]).verdict is Verdict.FITS
    assert check(chain, rechained_from(3)[6]["digest"]).verdict is Verdict.BROKEN


def test_an_entry_that_is_on_its_way_is_no_fraud():
    chain = link_up(CODE, [*STORY[:2], *STORY[3:]])
    assert (chain.broken_at, chain.missing, chain.length) == (None, 3, 7)
    assert check(chain, STORY[1]["digest"]).verdict is Verdict.FITS
    assert check(chain, STORY[2]["digest"]).verdict is Verdict.WAITS
    assert check(chain, STORY[5]["digest"]).verdict is Verdict.WAITS
    assert check(chain, "0" * 64).verdict is Verdict.WAITS


def test_a_position_beyond_all_measure_costs_nothing():
    chain = link_up(CODE, [STORY[0], {**STORY[1], "position": 10**18}])
    assert chain.missing == 2


@pytest.mark.parametrize("head", ["", "x", "0" * 63, "0" * 65, "0" * 63 + "g", "０" * 64, "0" * 64 + "\n", "' OR 1=1"])
def test_a_head_is_64_hex_digits(head):
    assert check(link_up(CODE, STORY), head).verdict is Verdict.UNREADABLE


def test_a_dossier_without_history_accuses_nobody():
    assert check(Chain(), STORY[0]["digest"]).verdict is Verdict.NO_HISTORY


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_verdict_has_words(language):
    assert {verdict.value for verdict in Verdict} <= texts.catalogue(language)["receipt"].keys()


@pytest.fixture
def told(desk):
    """Return a function that lets the projection hear of a history."""

    def tell(entries):
        for entry in entries:
            type_ = f"dossier.{entry['kind']}.v1"
            desk.tell(type_, entry["position"], entry["at"], digest=True, entry=entry, **DATA)
        return desk

    return tell


def test_the_page_tells_the_holder_of_a_receipt_that_it_fits(told):
    desk = told(STORY[1:] + STORY[:1])
    page = desk.client.get(f"/t/{CODE}/{desk.SECRET}?h={STORY[0]['digest']}&lang=en")
    vietnamese = desk.client.get(f"/t/{CODE}/{desk.SECRET}?h={STORY[0]['digest']}&lang=vi")
    assert "receipt of 08:15, 25 Nov 2026 is entry 1 of 7 of this dossier" in page.text
    assert "Giấy in lúc 08:15, 25/11/2026 là mục 1 trong 7 mục" in vietnamese.text
    assert all(entry["digest"][:12] in page.text for entry in STORY)
    assert not any(entry["digest"][:13] in page.text for entry in STORY[1:])
    assert desk.SECRET not in page.text


def test_the_page_tells_the_holder_of_a_receipt_that_it_does_not_belong(told):
    desk = told(STORY)
    page = desk.client.get(f"/t/{CODE}/{desk.SECRET}?h={'0' * 64}&lang=en")
    assert page.status_code == 200
    assert "does not belong to this dossier" in page.text


@pytest.mark.parametrize("head", ["", "x", "%00", "0" * 5000, "%F0%9F%98%80", "<script>"])
def test_the_page_says_so_when_a_head_cannot_be_read(told, head):
    desk = told(STORY)
    page = desk.client.get(f"/t/{CODE}/{desk.SECRET}", query_string=f"lang=en&h={head}")
    assert page.status_code == 200
    assert "must be 64 hexadecimal digits" in page.text
    assert "<script>" not in page.text


def test_the_page_keeps_the_head_when_the_language_changes(told):
    desk = told(STORY)
    page = desk.client.get(f"/t/{CODE}/{desk.SECRET}?h={STORY[0]['digest']}")
    links = re.findall(r'href="\?([^"]*)"', page.text)
    assert len(links) == 3
    assert all(f"h={STORY[0]['digest']}" in link for link in links)


def test_what_is_the_offices_own_affair_is_an_entry_without_words(told):
    desk = told(STORY)
    page = desk.client.get(f"/t/{CODE}/{desk.SECRET}?lang=en")
    assert "A step inside the office" in page.text
    assert "lateness" not in page.text


def test_the_link_for_recomputing_leads_to_the_api_with_the_head(told):
    desk = told(STORY)
    led = desk.client.get(f"/t/{CODE}/{desk.SECRET}?h={STORY[0]['digest']}&as=json&lang=en")
    assert led.status_code == 303
    body = desk.client.get(led.headers["Location"]).get_json()
    assert body["chain"]["receipt"]["verdict"] == "fits"
    assert body["chain"]["receipt"]["position"] == 1
    assert desk.client.get(f"/t/{CODE}/wrong?as=json").status_code == 404


@pytest.mark.parametrize("head", ["x", "0" * 63, "0" * 65])
def test_the_api_refuses_a_head_that_cannot_be_read_and_names_the_field(told, head):
    answered = told(STORY).client.get(f"/api/tracking/{CODE}?secret=s3cr3t-of-the-receipt&head={head}")
    assert answered.status_code == 422
    assert [row["field"] for row in answered.get_json(force=True)["errors"]] == ["head"]


def recompute(body, *heads):
    """Run the example of the decision page as anyone would."""
    page = (ROOT / "docs" / "decisions" / "0021-history-chain.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    command = [sys.executable, "-I", "-c", program, *heads]
    return subprocess.run(command, input=json.dumps(body), capture_output=True, text=True, timeout=30, check=False)


def test_the_example_of_the_decision_page_recomputes_what_the_api_gives(told):
    desk = told(STORY)
    body = desk.client.get(f"/api/tracking/{CODE}?secret={desk.SECRET}").get_json()
    sound = recompute(body, STORY[3]["digest"])
    assert (sound.returncode, sound.stderr) == (0, "")
    assert [line.split()[-1] for line in sound.stdout.splitlines()] == [entry["digest"] for entry in STORY]

    assert recompute(body, "0" * 64).returncode == 1
    body["chain"]["entries"][4]["at"] = "2026-11-25T01:15:00.001Z"
    assert "entry 5" in recompute(body).stderr


EXAMPLES = sorted((ROOT / "contracts" / "examples" / "intake").glob("dossier.*.json"))
LINKED = [path for path in EXAMPLES if '"history"' in path.read_text("utf-8")]


def read(path):
    message = json.loads(path.read_text("utf-8"))
    return messages.true_to_history(BY_TYPE[message["type"]]), message


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.stem)
def test_an_event_is_taken_with_its_own_link_and_with_fields_that_are_new_to_this_reader(path):
    contract, message = read(path)
    assert contract.open(message).data["history"]["digest"]
    message["data"]["added-later"] = {"b": 1, "a": [None, "ố"]}
    message["data"]["history"]["content"] = history.content(message["data"])
    assert contract.open(message).id == message["id"]


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.stem)
def test_an_event_that_its_link_denies_breaks_its_contract_and_the_field_is_named(path):
    contract, message = read(path)
    spoiled = {**message, "data": {**message["data"], "added-later": 1}}
    with pytest.raises(ContractError, match=r"data\.history\.content") as broken:
        contract.open(spoiled)
    assert message["data"]["history"]["content"] not in str(broken.value)
    for name, other in (("kind", "of-another"), ("status", 99)):
        link = {**message["data"]["history"], name: other}
        with pytest.raises(ContractError, match=rf"data\.history\.{name}"):
            contract.open({**message, "data": {**message["data"], "history": link}})


def test_there_are_golden_events_with_a_history():
    assert len(LINKED) > 5
