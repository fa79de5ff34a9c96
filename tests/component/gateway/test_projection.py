"""The projection as it runs: events on a real broker become what tracking shows."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.chain import Verdict, check
from gateway.messages import KEPT
from gateway.projection import GatewayProjection
from gateway.tracking import INTERNAL
from gateway.tracking_store import TrackingStore
from motcua_contracts import history
from motcua_contracts.base import schema_of
from motcua_contracts.vocabulary import HistoryEntry

EXAMPLES = Path(__file__).resolve().parents[3] / "contracts" / "examples"
CODE = "000.00.01.H29-180102-0001"
SECRET = "s3cr3t"
AT = datetime(2018, 1, 2, 1, tzinfo=UTC)


def event(type_: str, hour: float, sequence: int | None = None, **data: Any) -> dict[str, Any]:
    owner = {"assignment": "routing", "notice": "notify"}.get(type_.split(".")[0], "intake")
    envelope = json.loads((EXAMPLES / owner / f"{type_}.json").read_text())
    envelope |= {"id": str(uuid.uuid4()), "subject": CODE, "time": (AT + timedelta(hours=hour)).isoformat()}
    envelope |= {"sequence": sequence} if sequence else {}
    envelope["data"] |= {"code": CODE, **data}
    envelope["data"].pop("history", None)  # of the golden message as it was
    return envelope


def link_up(story: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each event of the desk its link of the history, as intake does."""
    before = None
    for envelope in (envelope for envelope in story if envelope["type"].startswith("dossier.")):
        before = history.link(
            CODE,
            before,
            at=datetime.fromisoformat(envelope["time"]),
            kind=envelope["type"].removeprefix("dossier.").removesuffix(".v1"),
            status=envelope["data"]["status"],
            due_at=AT + timedelta(days=2),
            told=history.content(envelope["data"]),
        )
        envelope["data"]["history"] = schema_of(HistoryEntry).dump(before)
    return story


def say(bus: Any, envelope: dict[str, Any]) -> None:
    type_ = envelope["type"]
    owner = {"assignment": "routing", "notice": "notify"}.get(type_.split(".")[0], "intake")
    key = f"{type_}.{envelope['data']['department']}" if type_ == "assignment.issued.v1" else type_
    bus.say(owner, f"{owner}.events", key, envelope)


@pytest.fixture
def store(collection):
    return TrackingStore(collection("tracking"))


def test_a_whole_journey_told_out_of_order_and_twice_is_shown_once_and_in_order(bus, run_service, store, until):
    run_service(GatewayProjection)
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    acts = [kind for kind in KEPT if kind.startswith("dossier.")]
    assert len(acts) == 22
    last = {"status": 10, "due_at": "2018-01-04T10:00:00+00:00", "tracking_digest": digest, "department": "TP"}
    own = [event(kind, number, number, **last) for number, kind in enumerate(acts, start=1)]
    story = link_up(
        [*own[:3], event("assignment.issued.v1", 3.2, department="TP"), event("notice.sent.v1", 3.5), *own[3:]]
    )

    for envelope in [*reversed(story), *story[:4]]:
        say(bus, envelope)
    shown = len(story) - len(INTERNAL)
    until(lambda: (found := store.find(CODE, SECRET, AT)) and len(found.history) == shown, 60, "all facts are kept")
    until(lambda: not any(bus.depth(f"gateway.{envelope['type']}") for envelope in story), what="all queues are empty")

    found = store.find(CODE, SECRET, AT)
    assert found is not None
    assert found.status == 10
    assert [step.type for step in reversed(found.history)] == [
        envelope["type"] for envelope in story if envelope["type"] not in INTERNAL
    ]
    assert bus.depth("gateway.parked") == 0
    assert (found.chain.length, found.chain.missing, found.chain.broken_at) == (22, None, None)
    heads = [envelope["data"]["history"]["digest"] for envelope in story if "history" in envelope["data"]]
    assert {check(found.chain, head).verdict for head in heads} == {Verdict.FITS}
    assert len(heads) == 22


def test_a_dossier_is_shown_from_its_submission_on_and_its_secret_comes_with_any_news_of_it(
    bus, run_service, store, until
):
    run_service(GatewayProjection)
    digest = hashlib.sha256(SECRET.encode()).hexdigest()

    say(bus, event("dossier.submitted.v1", 0, 1, status=1, tracking_digest=digest))

    found = until(lambda: store.find(CODE, SECRET, AT))
    assert (found.status, found.due_at) == (1, None)
    say(bus, event("dossier.refused.v1", 1, 2, status=3, reason="Không đúng thẩm quyền"))
    found = until(lambda: (now := store.find(CODE, SECRET, AT)) and now.status == 3 and now)
    assert found.reason == "Không đúng thẩm quyền"


def test_an_event_that_its_link_of_the_history_denies_is_parked_with_the_field_and_what_is_missing_is_told(
    bus, run_service, store, until
):
    run_service(GatewayProjection)
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    acts = ("received", "processing-started", "resolved")
    story = link_up(
        [event(f"dossier.{kind}.v1", number, number, tracking_digest=digest) for number, kind in enumerate(acts, 1)]
    )
    story[1]["data"]["started_at"] = "2018-01-01T00:00:00+00:00"  # back-dated on the way

    for envelope in story:
        say(bus, envelope)

    _, headers = bus.hear("gateway.parked")
    assert "data.history.content" in json.dumps(headers, default=str)
    found = until(lambda: (now := store.find(CODE, SECRET, AT)) and now.chain.length == 3 and now)
    assert (found.chain.missing, found.chain.broken_at) == (2, None)
    assert check(found.chain, story[2]["data"]["history"]["digest"]).verdict is Verdict.WAITS


@pytest.mark.parametrize("kind", ["dossier.submitted.v1", "dossier.received.v1", "dossier.corrected.v1"])
def test_nothing_personal_is_kept(bus, run_service, store, collection, until, kind):
    run_service(GatewayProjection)
    received = event(kind, 0, 1)

    say(bus, received)
    until(lambda: collection("tracking").count_documents({}), what="the fact is kept")

    kept = json.dumps(collection("tracking").find_one({}), default=str, ensure_ascii=False)
    people = [received["data"].get(part, {}) for part in ("applicant", "contact", "representative", "delivery")]
    names = ("name", "email", "phone", "identity_number", "address", "authorisation")
    hidden = [str(person[name]) for person in people for name in names if person.get(name)]
    assert hidden
    for value in hidden:
        assert value not in kept


def test_an_event_that_breaks_its_contract_is_parked(bus, run_service, store, until):
    run_service(GatewayProjection)
    broken = event("dossier.returned.v1", 0, 1)
    del broken["data"]["code"]

    bus.say("intake", "intake.events", "dossier.returned.v1", broken)

    until(lambda: bus.depth("gateway.parked") == 1, what="the message is parked")
