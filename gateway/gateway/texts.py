"""Text that people read, in Vietnamese and English, from the message catalogues."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml
from flask import request

LANGUAGES = ("vi", "en")


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Return one catalogue, a tree of texts; ``language`` is one of ``LANGUAGES``."""
    text = (resources.files("gateway") / "catalogues" / f"{language}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def say(language: str, key: str, **values: Any) -> str:
    """Return the text at the path ``key`` ("problems/invalid/title"), with ``values`` put into its braces.

    Raises:
        KeyError: no such text; a test holds both catalogues to the same keys.
    """
    found: Any = catalogue(language)
    for part in key.split("/"):
        found = found[part]
    return str(found).format(**values)


def known(language: str, key: str) -> bool:
    """Tell whether the catalogue has a text at ``key``."""
    found: Any = catalogue(language)
    for part in key.split("/"):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True


def language() -> str:
    """Return the language of the request: ``?lang=``, then Accept-Language, then Vietnamese."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, default="vi") or "vi"


def fault(language: str, message: str) -> str:
    """Return a schema's English fault in ``language``; unknown ones stay as they are."""
    for pattern, text in _faults(language):
        if (match := pattern.fullmatch(message)) is not None:
            return match.expand(text)
    return message


@cache
def _faults(language: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(row["match"], re.DOTALL), row["text"]) for row in catalogue(language)["faults"]]
