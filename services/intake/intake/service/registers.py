"""The legal register of dossiers, in pages; each reading of it is noted."""

from __future__ import annotations

from itertools import islice
from typing import Any

from chassis.identity import Identity
from chassis.rpc import rpc
from chassis.service import Stored
from intake import store
from intake.messages import registers
from intake.messages.registers import PART
from intake.service.base import STAFF, Intake


class RegisterDesk(Intake):
    registers: store.Registers = Stored(store.Registers)

    @rpc(roles=STAFF)
    def register_page(
        self,
        caller: Identity,
        first: str,
        last: str,
        field: str | None = None,
        department: str | None = None,
        limit: int = PART,
        after: str | None = None,
    ) -> dict[str, Any]:
        """Return rows of the register in the order of codes; ``next`` goes on behind the last.

        Whole names and addresses are in it: who read which rows, and when, is kept before they are given out.
        """
        span = registers.open_span(first, last, field, department, self.desk.office)
        size, line, code = registers.open_page(limit, after)
        found = self.registers.dossiers(self.desk.agency_code, span.first, span.last, span.only, code)
        page = list(islice(found, size + 1))
        rows = [
            registers.row(number, dossier, self.desk.office)
            for number, dossier in enumerate(page[:size], start=line + 1)
        ]
        self.registers.note(
            {
                "at": self.clock.now(),
                "by": caller.subject,
                "roles": sorted(caller.roles),
                "first": span.first.isoformat(),
                "last": span.last.isoformat(),
                **span.only,
                "rows": len(rows),
                "codes": [rows[0]["code"], rows[-1]["code"]] if rows else [],
            }
        )
        following = registers.cursor(rows[-1]["line"], rows[-1]["code"]) if len(page) > size else None
        return {"items": rows, "next": following}

    @rpc(roles=STAFF)
    def register_parts(
        self, caller: Identity, first: str, last: str, field: str | None = None, department: str | None = None
    ) -> dict[str, Any]:
        """Return how many rows the register has, and where each part of at most ``PART`` rows begins (``after``)."""
        span = registers.open_span(first, last, field, department, self.desk.office)
        total, parts = 0, list[str | None]([None])
        for total, code in enumerate(self.registers.codes(self.desk.agency_code, span.first, span.last, span.only), 1):
            if total % PART == 0:
                parts.append(registers.cursor(total, code))
        return {"total": total, "size": PART, "parts": parts[: max(1, -(-total // PART))]}
