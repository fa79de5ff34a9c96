"""Routing with the two sides it stands between: intake's news and the departments' answers."""

from datetime import UTC, datetime

import pytest

from motcua_contracts.base import schema_of
from routing.service import RoutingService


@pytest.fixture
def received(example):
    def make(**data):
        message = example("dossier.received.v1")
        message["data"] |= {
            "department": "KT",
            "forward_at": "2026-11-25T01:00:00Z",
            "due_at": "2026-11-30T10:00:00Z",
            **data,
        }
        return message

    return make


@pytest.fixture
def office(bus, run_service, received, example):
    return Office(bus, run_service(RoutingService), received, example)


class Office:
    """Routing under test, with the departments' side of the conversation."""

    def __init__(self, bus, container, received, example):
        self.bus, self.container, self.received, self.example = bus, container, received, example
        self.said = 0

    def receive(self, **data):
        message = self.received(**data)
        self.bus.say("intake", "intake.events", "dossier.received.v1", message)
        return message

    def tell(self, contract, sequence, received, **data):
        """Let intake say something about a dossier, at a position among what it says about it."""
        about = {name: received["data"][name] for name in ("dossier_id", "code")}
        message = contract.seal(
            schema_of(contract).load({**about, "status": 4, **data}),
            source="/motcua/intake",
            subject=about["code"],
            time=datetime(2026, 11, 25, 1, tzinfo=UTC),
        ) | {"sequence": sequence}
        self.bus.say("intake", "intake.events", contract.TYPE, message)
        return message

    def issued(self, department="KT"):
        return self.bus.hear_event(f"department.{department}", user=f"department-{department}")

    def answer(self, kind, issued, speaker="KT", sequence=None, **data):
        self.said += 1
        message = self.example(f"assignment.{kind}.v1") | {"sequence": sequence or self.said}
        message["data"] |= {
            "assignment_id": issued["data"]["assignment_id"],
            "round": issued["data"]["round"],
            "department": speaker,
            **data,
        }
        key = f"assignment.{kind}.v1.{speaker}"
        self.bus.say(f"department-{speaker}", "department.events", key, message)
        return message
