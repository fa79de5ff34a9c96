"""The push: one line a case, made while it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.journey.messages import Golden


def case(reference: str) -> dict[str, Any]:
    """Return a case of the golden example's size, with a person of its own."""
    data = Golden().make("dossier.submit.v1", "")["data"]
    kept = {name: data[name] for name in ("procedure", "applicant", "components", "note")}
    return kept | {"applicant": kept["applicant"] | {"email": f"{reference.lower()}@example.org"}}


def http_lines(count: int, run: str) -> Iterator[bytes]:
    """Yield the lines of a batch over HTTP."""
    body = case("REFERENCE")
    made = json.dumps({"reference": "REFERENCE", **body}, ensure_ascii=False) + "\n"
    for number in range(count):
        name = f"{run}-{number}"
        yield made.replace("REFERENCE", name).replace("reference@", f"{name}@").encode()


def write_ward_file(path: Path, count: int, run: str) -> None:
    """Write the file that the reference ward system pushes."""
    made = json.dumps({"ward_reference": "REFERENCE", **case("REFERENCE")}, ensure_ascii=False) + "\n"
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(made.replace("REFERENCE", f"{run}-{number}"))
