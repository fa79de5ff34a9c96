"""Words of strangers made harmless for a terminal and a log."""

from __future__ import annotations

import re

_IDENTIFIER = re.compile(r"[!-~]{1,128}")


def printable(text: str, limit: int = 1000) -> str:
    """Return ``text`` without what could move a terminal's cursor or break a line, cut to ``limit`` characters."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:limit])


def identifier(value: object) -> str | None:
    """Return ``value`` if it can be an identifier (1 to 128 visible ASCII characters); names and sentences cannot."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None
