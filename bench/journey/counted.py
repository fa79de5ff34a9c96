"""Run one of our services and count what it asks of the database: ``python -m bench.journey.counted FILE MODULE:CLASS``.

At the end ``FILE`` holds ``{"<command> <collection>": [requests, documents]}``; a bulk write is one request.
"""

from __future__ import annotations

import sys

from chassis import run  # first: it patches the sockets

# isort: split
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from pymongo import monitoring

#: Where a command keeps its documents.
ROWS = {"insert": "documents", "update": "updates"}


class Counter(monitoring.CommandListener):
    """Counts commands by name and collection."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        name = event.command_name
        row = self.counts[f"{name} {event.command[name]}"]
        row[0] += 1
        row[1] += len(event.command[ROWS[name]]) if name in ROWS else 1

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


def main(file: Path, service: str) -> int:
    """Run the service until it is stopped; return its exit code."""
    counter = Counter()
    monitoring.register(counter)
    try:
        return run.main(service)
    finally:
        file.write_text(json.dumps(counter.counts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
