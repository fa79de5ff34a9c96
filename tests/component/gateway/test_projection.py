"""The projection as it runs: events on a real broker become what tracking shows."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.projection import GatewayProjection
from gateway.tracking_store import TrackingStore

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
    return envelope


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
    story = [
        event("dossier.received.v1", 0, 1, status=2, tracking_digest=digest, department="TP"),
        event("assignment.issued.v1", 1, department="TP"),
        event("notice.sent.v1", 1.5),
        event("dossier.processing-started.v1", 2, 2, status=4),
        event("dossier.supplement-asked.v1", 3, 3, status=5, items=["Bản sao"]),
        event("dossier.supplemented.v1", 4, 4, status=2),
        event("dossier.rescheduled.v1", 5, 5, status=4),
        event("dossier.overdue.v1", 6, 6, status=4),
        event("dossier.resolved.v1", 7, 7, status=9),
        event("dossier.returned.v1", 8, 8, status=10),
    ]

    for envelope in [*reversed(story), *story[:4]]:
        say(bus, envelope)
    until(lambda: (found := store.find(CODE, SECRET, AT)) and len(found.history) == 10, what="ten facts are kept")
    until(lambda: not any(bus.depth(f"gateway.{envelope['type']}") for envelope in story), what="all queues are empty")

    found = store.find(CODE, SECRET, AT)
    assert found is not None
    assert found.status == 10
    assert [step.type for step in reversed(found.history)] == [envelope["type"] for envelope in story]
    assert bus.depth("gateway.parked") == 0


def test_nothing_personal_is_kept(bus, run_service, store, collection, until):
    run_service(GatewayProjection)
    received = event("dossier.received.v1", 0, 1)

    say(bus, received)
    until(lambda: collection("tracking").count_documents({}), what="the fact is kept")

    kept = json.dumps(collection("tracking").find_one({}), default=str, ensure_ascii=False)
    people = [received["data"]["applicant"], received["data"]["contact"]]
    hidden = [str(person[name]) for person in people for name in ("name", "email", "phone") if person.get(name)]
    assert hidden
    for value in hidden:
        assert value not in kept


def test_an_event_that_breaks_its_contract_is_parked(bus, run_service, store, until):
    run_service(GatewayProjection)
    broken = event("dossier.returned.v1", 0, 1)
    del broken["data"]["code"]

    bus.say("intake", "intake.events", "dossier.returned.v1", broken)

    until(lambda: bus.depth("gateway.parked") == 1, what="the message is parked")
