"""Command line: ``python -m contract_tools generate | check | compat | release``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from contract_tools import asyncapi, compat, files, generate
from motcua_contracts import ALL

_ROUTES = "routes.json"


def routes() -> dict[str, dict[str, str]]:
    """Return how each message travels: part of what a release promises, though no schema says it."""
    return {
        contract.TYPE: {
            "exchange": contract.exchange(),
            "publisher": asyncapi.publisher(contract),
            "routing key": asyncapi.address(contract),
        }
        for contract in ALL
    }


def breaks(folder: Path = files.RELEASED) -> list[compat.Break]:
    """Return every incompatible change since the release that ``folder`` holds; none before a first release."""
    released = {name.removesuffix(".json"): files.read(folder / name) for name in files.present(folder) - {_ROUTES}}
    travelled: dict[str, Any] = files.read(folder / _ROUTES) if released else {}
    return compat.compare(released, generate.schemas()) + compat.compare_routes(travelled, routes())


def release(folder: Path = files.RELEASED) -> list[compat.Break]:
    """Make ``folder`` the snapshot of today's messages, unless that breaks the last one; return the breaks."""
    found = breaks(folder)
    if not found:
        texts = {f"{type_}.json": files.as_text(schema) for type_, schema in generate.schemas().items()}
        files.write_all(folder, texts | {_ROUTES: files.as_text(routes())})
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 when all is well, 1 when something was found."""
    parser = argparse.ArgumentParser(prog="contract_tools", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("generate", help="write contracts/schemas from the contracts")
    commands.add_parser("check", help="fail when contracts/schemas is not what generate would write")
    commands.add_parser("compat", help="fail when a released message changed incompatibly")
    commands.add_parser("release", help="snapshot the messages to contracts/released; refused on a break")
    command = parser.parse_args(arguments).command
    if command == "generate":
        files.write_all(files.SCHEMAS, generate.documents())
        return _report([], f"{len(ALL)} messages written to {files.SCHEMAS}")
    if command == "check":
        stale = files.differences(files.SCHEMAS, generate.documents())
        return _report([f"{line}; run: python -m contract_tools generate" for line in stale], "schemas are fresh")
    found = release() if command == "release" else breaks()
    return _report([str(fault) for fault in found], "released" if command == "release" else "no released message broke")


def _report(faults: list[str], good: str) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} fault(s)", file=sys.stderr)
        return 1
    print(good)
    return 0


if __name__ == "__main__":
    sys.exit(main())
