"""Messages of council, in the words of ``motcua_contracts.council``, which it owns."""

from __future__ import annotations

from motcua_contracts.council import CONTRACTS

#: What this service may publish; empty until its first duty.
PUBLISHED = CONTRACTS
