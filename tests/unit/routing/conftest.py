"""The golden dossier as routing gets it."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from motcua_contracts.intake import DossierReceivedV1
from office import load_office
from routing import domain

ROOT = Path(__file__).resolve().parents[3]
VIETNAM = timezone(timedelta(hours=7))


@pytest.fixture(scope="session")
def calendar():
    return load_office(ROOT / "infra" / "office").calendar


@pytest.fixture(scope="session")
def at():
    """Return a function that gives the instant of a local ``YYYY-MM-DD HH:MM``."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def received():
    """Data of the golden ``dossier.received.v1``: due on Tuesday 2018-08-28 at 17:00."""
    path = ROOT / "contracts" / "examples" / "intake" / "dossier.received.v1.json"
    return DossierReceivedV1.open(json.loads(path.read_text(encoding="utf-8"))).data


@pytest.fixture
def waiting(received):
    return domain.assign(received)


@pytest.fixture
def issued(waiting, at):
    return domain.issue(waiting, now=at("2018-08-23 08:11"))


@pytest.fixture
def accepted(issued):
    return domain.accept(issued)


@pytest.fixture
def sent_back(accepted, at):
    return domain.send_back(accepted, at=at("2018-08-24 10:00"))
