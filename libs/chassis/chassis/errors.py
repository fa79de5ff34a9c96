"""Facts that end the handling of a message or call, named for what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class AlreadyHandled(Exception):
    """The cause has had its effect before; acknowledge and do nothing."""


class StaleDocument(Exception):
    """Somebody else wrote the document since it was read; read it again."""


class Taken(Exception):
    """A unique value is in use by another document.

    Attributes:
        fields: names of the fields of the unique index, never their values.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class Unconfirmed(Exception):
    """The broker did not confirm a publish in time; it may or may not have it."""


class Unroutable(Exception):
    """The broker has no queue for a message."""


class Refused(Exception):
    """A caller asked for what may not be; tell them why.

    Args:
        code: stable word for programs, kebab-case.
        status: HTTP status that fits (RFC 9110).
        detail: one sentence for people.
        errors: ``{"field": path, "message": fault}`` rows.
    """

    def __init__(
        self, code: str, status: int = 422, detail: str = "", errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail
        self.errors = [dict(row) for row in errors]

    def as_problem(self) -> dict[str, Any]:
        """Return the fields of an RFC 9457 problem that travel in an RPC reply."""
        return {"code": self.code, "status": self.status, "detail": self.detail, "errors": self.errors}
