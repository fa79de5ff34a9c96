"""Where generated and released files lie, and the one way they are written: sorted, stable, in UTF-8."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONTRACTS = Path(__file__).resolve().parents[2]
SCHEMAS = CONTRACTS / "schemas"
EXAMPLES = CONTRACTS / "examples"
RELEASED = CONTRACTS / "released"


def as_text(document: Mapping[str, Any]) -> str:
    """Return the committed form of a JSON document; equal documents give equal bytes."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def version() -> str:
    """Return the version of ``motcua-contracts``, as its pyproject states it."""
    project = tomllib.loads((CONTRACTS / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def read(path: Path) -> dict[str, Any]:
    """Return one JSON object from a file."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Make ``folder`` hold exactly ``texts`` (relative name to content) among its JSON files."""
    for stale in sorted(present(folder) - set(texts)):
        (folder / stale).unlink()
    for name, text in sorted(texts.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def differences(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Return one line for each file of ``folder`` that is missing, stale or not the same as in ``texts``."""
    there = present(folder)
    faults = [f"{name}: missing" for name in set(texts) - there]
    faults += [f"{name}: belongs to no contract" for name in there - set(texts)]
    for name in there & set(texts):
        if (folder / name).read_text(encoding="utf-8") != texts[name]:
            faults.append(f"{name}: differs from the contracts")
    return sorted(faults)


def present(folder: Path) -> set[str]:
    """Return the relative names of the JSON files below ``folder``."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.json")}
