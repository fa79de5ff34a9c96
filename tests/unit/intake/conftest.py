"""The office as it is shipped, and the golden dossier of the contracts, as intake's functions see them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from chassis.errors import Refused
from intake import domain
from motcua_contracts import BY_TYPE
from office import load_office

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


@pytest.fixture
def dossier(example, calendar, at):
    """The golden dossier: received on Thursday 2018-08-23 08:10, three working days, hence due on the 28th at 17:00."""
    data = example("dossier.received.v1")
    receipt = domain.Receipt(
        dossier_id=UUID("5d2952e0-516e-54e9-a856-08fc38202f7f"),
        procedure=data["procedure"],
        department=data["department"],
        channel=data["channel"],
        ward=data["ward"],
        ward_reference="TD/2018/0823-07",
        received_at=at("2018-08-23 08:10"),
        applicant=data["applicant"],
        contact=data["contact"],
        components=tuple(data["components"]),
        tracking_digest=data["tracking_digest"],
        fee_minor=100_000,
    )
    due_at = calendar.add_working_days(receipt.received_at, 3)
    made = domain.receive(
        receipt, due_at=due_at, forward_at=calendar.forward_at(receipt.received_at), basis="NĐ 78/2015"
    )
    return replace(made, code=data["code"])


@pytest.fixture
def processing(dossier):
    return domain.start_processing(dossier)


@pytest.fixture
def asked(processing, at, calendar):
    """The department sent it back on Friday at 10:00: Monday and Tuesday are left."""
    return domain.ask_supplement(
        processing, at=at("2018-08-24 10:00"), reason="Thiếu biên bản họp", items=["Biên bản họp"], calendar=calendar
    )
