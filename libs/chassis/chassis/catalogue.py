"""Texts for people: one YAML file a language beside the module that uses them, Vietnamese first."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("vi", "en")


class Catalogue:
    """Texts of one room.

    Args:
        directory: holds ``vi.yaml`` and ``en.yaml``, each a flat mapping of key to text with ``{name}`` places.

    Raises:
        ValueError: the languages do not have the same keys.
    """

    def __init__(self, directory: Path) -> None:
        self._texts = {name: yaml.safe_load((directory / f"{name}.yaml").read_text("utf-8")) for name in LANGUAGES}
        odd = set.symmetric_difference(*(set(texts) for texts in self._texts.values()))
        if odd:
            raise ValueError(f"{directory}: not in every language: {', '.join(sorted(odd))}")

    def text(self, key: str, language: str = "vi", **places: object) -> str:
        """Return the text; ``KeyError`` for a key that the catalogue does not have."""
        texts = self._texts.get(language) or self._texts["vi"]
        return str(texts[key]).format(**places)


@cache
def catalogue(directory: Path) -> Catalogue:
    """Return the catalogue of a directory, read once."""
    return Catalogue(directory)
