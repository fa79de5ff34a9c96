"""Passwords and keys of a stack, made once and kept in one file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path


class Secrets:
    """Named secrets in a JSON file of mode 0600; a name asked for the first time gets a random value.

    Never put one on a command line: any user of the machine can read those.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def get(self, name: str) -> str:
        """Return the secret of that name (43 URL-safe characters)."""
        return self.all([name])[name]

    def hex(self, name: str) -> str:
        """Return the secret key of that name: 32 random bytes in hexadecimal."""
        if name not in self._values:
            self._values[name] = secrets.token_hex(32)
            self._write()
        return self._values[name]

    def all(self, names: Iterable[str]) -> dict[str, str]:
        """Return name to secret; new ones are written in one go."""
        names = list(names)
        missing = [name for name in names if name not in self._values]
        if missing:
            self._values |= {name: secrets.token_urlsafe(32) for name in missing}
            self._write()
        return {name: self._values[name] for name in names}

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._values, file, indent=1)
        fresh.replace(self._path)  # whole or not at all
