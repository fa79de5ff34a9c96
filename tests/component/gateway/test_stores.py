"""Accounts and projection on a real database server."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.database import connect
from gateway.accounts import Accounts, Seed
from gateway.tracking import Fact
from gateway.tracking_store import TrackingStore

CODE = "000.00.01.H29-180102-0001"
SECRET = "s3cr3t"
DIGEST = hashlib.sha256(SECRET.encode()).hexdigest()
AT = datetime(2018, 1, 2, 1, tzinfo=UTC)
DUE = datetime(2018, 1, 4, 10, tzinfo=UTC)
RECEIVED = Fact(
    "m-1",
    "dossier.received.v1",
    AT,
    1,
    {
        "status": 2,
        "procedure": {"code": "2.000815", "name": "Chứng thực"},
        "department": "TP",
        "received_at": AT,
        "due_at": DUE,
    },
)
STARTED = Fact("m-2", "dossier.processing-started.v1", AT, 2, {"status": 4, "department": "TP"})


@pytest.fixture
def base(database: Any, fresh_database: str) -> Any:
    return connect(database.uri, fresh_database)


@pytest.fixture
def tracking(base: Any) -> TrackingStore:
    return TrackingStore(base["tracking"])


def test_facts_that_come_in_any_order_give_the_same_dossier(tracking):
    assert tracking.add(CODE, STARTED)
    assert tracking.find(CODE, SECRET, AT) is None
    assert tracking.add(CODE, RECEIVED, DIGEST)

    found = tracking.find(CODE, SECRET, AT)

    assert found is not None
    assert (found.status, found.due_at, found.received_at) == (4, DUE, AT)
    assert [step.type for step in found.history] == [STARTED.type, RECEIVED.type]


def test_a_fact_that_comes_twice_is_kept_once(tracking):
    assert tracking.add(CODE, RECEIVED, DIGEST)
    assert not tracking.add(CODE, RECEIVED, DIGEST)

    found = tracking.find(CODE, SECRET, AT)

    assert found is not None
    assert len(found.history) == 1


def test_facts_written_at_once_are_all_kept(tracking):
    facts = [Fact(f"n-{number}", "notice.sent.v1", AT, None, {}) for number in range(20)]
    writers = [threading.Thread(target=tracking.add, args=(CODE, fact)) for fact in facts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(20)
    tracking.add(CODE, RECEIVED, DIGEST)

    found = tracking.find(CODE, SECRET, AT)

    assert found is not None
    assert len(found.history) == 21


@pytest.mark.parametrize("secret", ["wrong", "", DIGEST, "0" * 64])
def test_a_wrong_secret_and_an_unknown_code_find_nothing(tracking, secret):
    tracking.add(CODE, RECEIVED, DIGEST)

    assert tracking.find(CODE, secret, AT) is None
    assert tracking.find("000.00.01.H29-180102-0002", secret, AT) is None


def test_seeded_accounts_sign_in_and_their_passwords_are_hashed(base):
    accounts = Accounts(base["accounts"], (Seed("ward.one", "pass word", ("ward-officer",), "26734"),))
    accounts.sow()

    identity = accounts.check("ward.one", "pass word")

    assert identity is not None
    assert (identity.subject, identity.roles, identity.unit) == ("ward.one", {"ward-officer"}, "26734")
    assert accounts.check("ward.one", "Pass word") is None
    assert accounts.check("nobody", "pass word") is None
    stored = base["accounts"].find_one({"_id": "ward.one"})
    assert stored["hash"].startswith("$argon2id$")
    assert "pass word" not in str(stored)


def test_a_password_changed_in_the_file_replaces_the_old_one(base):
    Accounts(base["accounts"], (Seed("clerk", "old", ("clerk",), None),)).sow()
    Accounts(base["accounts"], (Seed("clerk", "new", ("clerk", "chief"), None),)).sow()
    accounts = Accounts(base["accounts"])

    assert accounts.check("clerk", "old") is None
    identity = accounts.check("clerk", "new")
    assert identity is not None
    assert identity.roles == {"clerk", "chief"}
