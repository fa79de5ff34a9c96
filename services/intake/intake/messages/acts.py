"""What callers hand in with an act on a dossier: loaded and checked, every fault named with its field."""

from __future__ import annotations

from typing import Any

from intake.messages.calls import load
from motcua_contracts.acts import Act


def open_act(schema: type[Act], given: dict[str, Any]) -> dict[str, Any]:
    """Return what a caller handed in; ``Refused`` (422, ``invalid-submission``) names every faulty field."""
    return load(schema(), given)
