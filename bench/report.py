"""One table on the terminal and one JSON file in ``var/bench/`` per run."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "var" / "bench"

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=140)  # a file or a log has no width of its own


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; the first column is text, the others are figures."""
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)


def tell(line: str) -> None:
    console.print(f"· {line}")


def write(name: str, result: Mapping[str, Any]) -> Path:
    """Write a result, with the machine it comes from, to ``var/bench/<name>.json`` and return the path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {"benchmark": name, "machine": machine(), **result}
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False, default=_plain) + "\n", encoding="utf-8")
    console.print(f"{path.relative_to(ROOT)}")
    return path


def machine() -> dict[str, Any]:
    """Return what a reader must know of this machine, and how busy it was with other things."""
    release = platform.freedesktop_os_release()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "system": f"{release.get('NAME')} {release.get('VERSION_ID', '')}".strip(),
        "python": platform.python_version(),
        "load_at_the_end": [round(load, 2) for load in os.getloadavg()],
    }


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
