"""Sample sign-ins of a stack: one account per role, with passwords made once."""

from __future__ import annotations

import json
import os
from pathlib import Path

from motcua.passwords import Secrets

ACCOUNTS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("clerk", ("clerk",), None),
    ("chief", ("chief",), None),
    ("deputy", ("deputy",), None),
    ("auditor", ("auditor",), None),
    ("operator", ("operator",), None),
    ("citizen", ("citizen",), None),
    ("ward-26734", ("ward-officer",), "26734"),
    ("department-KT", ("department-officer",), "KT"),
)


def sample_accounts(file: Path, secrets: Secrets) -> Path:
    """Write the accounts file of the gateway (mode 0600: it holds plain passwords) and return its path."""
    rows = [
        {"username": name, "password": secrets.get(f"account-{name}"), "roles": list(roles), "unit": unit}
        for name, roles, unit in ACCOUNTS
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        json.dump(rows, output, indent=2)
    return file
