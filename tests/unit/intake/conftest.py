"""The office as it is shipped, and the golden dossier of the contracts, as intake's functions see them."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from chassis.errors import Refused
from intake import domain
from motcua_contracts import BY_TYPE
from office import load_office
from tests.unit.intake.lives import Life, open_desk

ROOT = Path(__file__).resolve().parents[3]
VIETNAM = domain.code.VIETNAM


@pytest.fixture(scope="session")
def office():
    return load_office(ROOT / "infra" / "office")


@pytest.fixture(scope="session")
def calendar(office):
    return office.calendar


@pytest.fixture(scope="session")
def at():
    """Return a function that gives the instant of a local ``YYYY-MM-DD HH:MM``."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def example():
    """Return a function that gives the data of a type's golden example, as its contract loads it."""

    def load(type_):
        contract = BY_TYPE[type_]
        path = ROOT / "contracts" / "examples" / contract.OWNER / f"{type_}.json"
        return contract.open(json.loads(path.read_text(encoding="utf-8"))).data

    return load


@pytest.fixture
def refused():
    """Return a function that makes a call which must be refused and returns the refusal."""

    def call(function, *arguments):
        with pytest.raises(Refused) as error:
            function(*arguments)
        return error.value

    return call


@pytest.fixture
def named():
    """Return a function that gives the fields which a refusal names."""
    return lambda error: {row["field"] for row in error.errors}


@pytest.fixture(scope="session")
def desk():
    return open_desk()


@pytest.fixture
def life(desk, example):
    """Acts on a dossier of the golden submission."""
    return Life(desk, example("dossier.submit.v1"))


@pytest.fixture
def dossier(life, at):
    """The golden dossier: received on Thursday 2018-08-23 08:10, three working days, hence due on the 28th at 17:00."""
    return life.received_at_once(at("2018-08-23 08:10")).dossier


@pytest.fixture
def registered(life, at):
    """The same, sent in and not yet looked at."""
    return life.handed_in(at("2018-08-23 08:10")).dossier


@pytest.fixture
def processing(life, dossier, at):
    return life.start(dossier, at("2018-08-23 09:00")).dossier


@pytest.fixture
def asked(life, processing, at):
    """The department sent it back on Friday at 10:00: Monday and Tuesday are left."""
    return life.department_asks(processing, at("2018-08-24 10:00")).dossier
