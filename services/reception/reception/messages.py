"""Messages of reception, in the words of ``motcua_contracts.reception``, which it owns."""

from __future__ import annotations

from motcua_contracts.reception import CONTRACTS

#: What this service may publish; empty until its first duty.
PUBLISHED = CONTRACTS
