"""Printing: one paper of each kind that the day brought, and one of them again as a copy."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from motcua.demo.desk import Desk
from motcua.demo.diary import Diary

STATES = range(2, 11)
CONTROL_SLIP, RECEIPT = "control-slip", "receipt"


def print_each_kind(desk: Desk, folder: Path, diary: Diary) -> None:
    """Print the first paper of each kind over HTTP and keep the files."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, tuple[str, str]] = {}
    for state in STATES:
        for dossier in desk.dossiers(state):
            for paper in dossier["papers"]:
                found.setdefault(paper["paper"].rpartition("-")[0], (dossier["code"], paper["paper"]))
            if dossier["due_at"]:
                found.setdefault(CONTROL_SLIP, (dossier["code"], CONTROL_SLIP))
    for kind, (code, paper) in found.items():
        diary.printed[kind] = _print(desk, code, paper, folder / f"{kind}.pdf", "1")
    code, paper = found[RECEIPT]
    diary.printed["copy"] = _print(desk, code, paper, folder / f"{RECEIPT}-copy.pdf", "2")


def _print(desk: Desk, code: str, paper: str, file: Path, time: str) -> Path:
    path = f"/api/dossiers/{quote(code)}/papers/{paper}/prints"
    file.write_bytes(desk.send("POST", path, headers={"Idempotency-Key": f"print-{code}-{paper}-{time}"}).content)
    return file
