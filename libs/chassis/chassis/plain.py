"""Bytes of strangers as plain JSON: UTF-8 alone, nothing revived, nothing that no database could keep."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson(ValueError):
    """The bytes are not JSON."""


class NotUtf8(ValueError):
    """The bytes are not UTF-8."""


class HalfCharacter(NotUtf8):
    """A string in them holds half of a surrogate pair, which cannot be UTF-8."""


def decode(body: bytes) -> Any:
    """Return the value of ``body``.

    Raises:
        NotUtf8, HalfCharacter, NotJson: what is wrong; never what the body holds.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotUtf8 from None
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotJson from None
    if _SURROGATE.search(body):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise HalfCharacter from None
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)
