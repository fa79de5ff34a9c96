"""What goes into an image, told from the Procfile, every package's ``pyproject.toml`` and ``requirements.lock``.

    parts.py requirements PROGRAM...    the part of the lock that the programs need, hashes and all, on standard output
    parts.py debian PROGRAM             the Debian packages that it needs beside Python, one a line
    parts.py program PROGRAM FOLDER     its packages, those of ours that they need, its data, and the script ``start``

Runs inside the build, so the standard library is all there is.
"""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BESIDE = {
    "ops": 'python -m motcua.cli "$@"',
    "department": "python department/department.py --state /data --schemas contracts/schemas"
    ' --policy infra/demo/department-policy.json "$@"',
}
"""Programs that the Procfile does not have, with their commands."""

DISTRIBUTION = {"projection": "motcua-gateway", "department": "motcua-integrations"}
"""Where it is not ``motcua-<program>``."""

DATA = {
    "motcua-office": ("infra/office",),
    "motcua-papers": ("infra/office/papers",),
    "motcua-ops": ("infra/office", "infra/rabbitmq"),
    "motcua-integrations": ("contracts/schemas", "infra/demo/department-policy.json"),
}
"""Files beside the packages that a distribution reads."""


DEBIAN = {"gateway": "infra/office/papers/debian-packages.txt"}
"""Programs that need more of Debian than Python, with the list of its packages."""


@dataclass(frozen=True)
class Distribution:
    """One ``pyproject.toml``: where it lies, and the canonical names of what it depends on."""

    folder: Path
    needs: frozenset[str]

    @property
    def packages(self) -> list[Path]:
        """Its import packages."""
        return sorted(path.parent for path in self.folder.glob("*/__init__.py"))


def canonical(requirement: str) -> str:
    """Return the canonical name of a requirement: ``PyJWT[crypto]>=2`` is ``pyjwt``."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]).lower()


def distributions() -> dict[str, Distribution]:
    """Return every distribution of the tree by name."""
    found = {}
    for path in sorted([*ROOT.glob("*/pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")]):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        found[project["name"]] = Distribution(path.parent, frozenset(map(canonical, project.get("dependencies", ()))))
    return found


def commands() -> dict[str, str]:
    """Return program to shell command."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return BESIDE | {name: command.strip() for name, _, command in (line.partition(":") for line in lines) if command}


def closure(programs: Iterable[str], ours: dict[str, Distribution]) -> dict[str, Distribution]:
    """Return the distributions of ours that programs consist of."""
    wanted = [DISTRIBUTION.get(program, f"motcua-{program}") for program in programs]
    found: dict[str, Distribution] = {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = ours[name]
            wanted += [need for need in ours[name].needs if need in ours]
    return found


def locked() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return name to lines of the lock, and name to the names that asked for it (pip-compile's ``# via``)."""
    blocks: dict[str, str] = {}
    asked: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8")):
        if match := re.match(r"([\w.-]+)==", block):
            lines = block.splitlines()
            comments = [line.strip(" #").removeprefix("via").strip() for line in lines if line.lstrip()[:1] == "#"]
            name = canonical(match[1])
            blocks[name] = "\n".join(line for line in lines if line.lstrip()[:1] != "#").rstrip(" \\")
            asked[name] = {canonical(comment) for comment in comments if comment and not comment.startswith("-")}
    return blocks, asked


def requirements(programs: Iterable[str]) -> str:
    """Return the part of the lock that programs need.

    Raises:
        SystemExit: the lock lacks something that a ``pyproject.toml`` asks for.
    """
    ours = distributions()
    wanted = {need for one in closure(programs, ours).values() for need in one.needs} - ours.keys()
    blocks, asked = locked()
    if missing := wanted - blocks.keys():
        raise SystemExit(f"not in requirements.lock: {', '.join(sorted(missing))}")
    while more := {name for name in blocks.keys() - wanted if asked[name] & wanted}:
        wanted |= more
    return "".join(f"{blocks[name]}\n" for name in sorted(wanted))


def debian(name: str) -> str:
    """Return the Debian packages that a program needs, one a line; nothing for most."""
    listed = (ROOT / DEBIAN[name]).read_text(encoding="utf-8").splitlines() if name in DEBIAN else []
    return "".join(f"{line}\n" for line in listed if line and not line.startswith("#"))


def program(name: str, folder: Path) -> None:
    """Put a program together in an empty folder."""
    for distribution, part in closure([name], distributions()).items():
        for package in part.packages:
            shutil.copytree(package, folder / package.name)
        for path in DATA.get(distribution, ()):
            source, target = ROOT / path, folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)
    start = folder / "start"
    start.write_text(f"#!/bin/sh\nexec {commands()[name]}\n", encoding="utf-8")
    start.chmod(0o755)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["requirements", *programs] if programs:
            sys.stdout.write(requirements(programs))
        case ["debian", name]:
            sys.stdout.write(debian(name))
        case ["program", name, folder]:
            program(name, Path(folder))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
