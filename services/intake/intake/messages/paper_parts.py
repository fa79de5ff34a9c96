"""What several papers say alike, from the facts that a paper was issued under (``domain.then.facts``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from intake.domain import Dossier, Paper
from intake.domain.code import VIETNAM
from office import Office

#: Nobody's name is printed: what we have is an account's. Who signs writes the name below the signature.
UNNAMED = {"name": None, "title": None}
#: What a paper may say of the applicant.
PERSON = ("name", "identity_number", "phone", "email", "address")


def head(
    dossier: Dossier, facts: Mapping[str, Any], at: datetime, office: Office, persons: tuple[str, ...] = PERSON
) -> dict[str, Any]:
    """Return what every paper has, but for its number."""
    procedure, fields = facts["procedure"], {row.code: row.name_vi for row in office.fields()}
    about = {
        "code": dossier.code,
        "procedure_code": procedure["code"],
        "procedure_name": procedure["name"],
        "field_name": fields.get(str(procedure.get("field"))),
        "applicant": {name: facts["applicant"].get(name) if name in persons else None for name in PERSON},
    }
    return {"issued_at": at, "dossier": about, "contact_phone": None, "officer": UNNAMED}


def fees(lines: list[Mapping[str, Any]], settled: int, why: str) -> Iterator[dict[str, Any]]:
    """Give what is to be paid of each line when ``settled`` of them all is not, from the first on; ``why`` notes it."""
    for line in lines:
        off = min(settled, line["amount_minor"])
        settled -= off
        note = f"{why} {_grouped(off)} đồng" if off else None
        yield {"name": line["name"], "amount": line["amount_minor"] - off, "note": note}


def _grouped(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def representative(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return who acted for the applicant, if somebody did."""
    found = facts["representative"]
    names = ("name", "identity_number", "phone", "authorisation")
    return {name: found.get(name) for name in names} if found else None


def components(dossier: Dossier, paper: Paper, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the components of the receipt with those that were supplied up to the paper, each once: the later counts."""
    brought = [row for row in dossier.supplements if facts["fixed_at"] < row["at"] <= paper.at]
    handed = [*facts["components"], *(row for given in brought for row in given["components"])]
    return [
        {"name": facts["names"].get(row["code"], row["code"]), "copy": row["copy"], "quantity": row["quantity"]}
        for row in {(row["code"], row["copy"]): row for row in handed}.values()
    ]


def shown(value: Any) -> Any:
    """Return a value whose instants are RFC 3339 at Vietnam time, and whose blank texts are null."""
    if isinstance(value, Mapping):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    if isinstance(value, str):
        return value if value.strip() else None
    return value.astimezone(VIETNAM).isoformat() if isinstance(value, datetime) else value
