"""The words of faults, Vietnamese first, English second, from the two catalogues beside this module."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def _catalogue(language: str) -> dict[str, str]:
    text = files("office").joinpath(f"faults.{language}.yaml").read_text(encoding="utf-8")
    return {str(key): str(value) for key, value in yaml.safe_load(text).items()}


def languages() -> tuple[dict[str, str], dict[str, str]]:
    """Return both catalogues, Vietnamese and English."""
    return _catalogue("vi"), _catalogue("en")


def say(key: str, /, **values: object) -> str:
    """Return the sentence ``key`` in both languages; ``KeyError`` when a catalogue lacks it."""
    return " / ".join(say_in(key, **values))


def say_in(key: str, /, **values: object) -> tuple[str, str]:
    """Return the sentence ``key`` in Vietnamese and in English; ``KeyError`` when a catalogue lacks it."""
    vi, en = (catalogue[key].format(**values) for catalogue in languages())
    return vi, en
