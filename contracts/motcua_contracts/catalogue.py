"""All published messages, in journey order."""

from __future__ import annotations

from motcua_contracts import council, department, intake, notify, provider, reception, routing, ward
from motcua_contracts.base import Contract

ALL: tuple[type[Contract], ...] = (
    *ward.CONTRACTS,
    *provider.CONTRACTS,
    *intake.CONTRACTS,
    *routing.CONTRACTS,
    *department.CONTRACTS,
    *notify.CONTRACTS,
    *reception.CONTRACTS,
    *council.CONTRACTS,
)

BY_TYPE: dict[str, type[Contract]] = {contract.TYPE: contract for contract in ALL}
