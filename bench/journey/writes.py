"""What one journey of ours writes and says, counted in a run: the base of the floor's own list."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from bench.journey.contender import Waits
from bench.journey.contenders import PROCESSES, ours
from bench.report import RESULTS, show, write
from bench.servers import environment, system
from motcua.stack import Stack

WRITING = ("insert", "update", "findAndModify")
Sample = tuple[str, dict[str, str], float]


def samples(stack: Stack, process: str) -> Iterator[Sample]:
    """Yield name, labels and value of each figure that a process tells of itself."""
    answer = requests.get(f"http://127.0.0.1:{stack.ports.get(f'probe-{process}')}/metrics", timeout=10)
    answer.raise_for_status()
    for family in text_string_to_metric_families(answer.text):
        yield from ((sample.name, sample.labels, sample.value) for sample in family.samples)


def retries(stack: Stack) -> int:
    """Return how many messages our processes have put off so far, to be tried again later."""
    found = (sample for process in PROCESSES.values() for sample in samples(stack, process))
    return int(
        sum(value for name, labels, value in found if name == "chassis_messages_total" and labels["end"] == "again")
    )


def count(journeys: int, window: int, waits: Waits) -> None:
    """Run so many journeys through counting processes, print what each costs, and write it to ``var/bench``."""
    directory = RESULTS / "writes"
    files = {process: directory / f"{process}.json" for process in PROCESSES.values()}
    said: Counter[tuple[str, str]] = Counter()
    with system(
        directory, list(files), environment(), wrap=lambda name, command: _counting(files[name], command)
    ) as stack:
        ours(stack, waits).round(journeys, window)
        for process in files:
            for name, labels, value in samples(stack, process):
                if name in ("chassis_messages_total", "chassis_published_total") and value:
                    said[process, " ".join([name.split("_")[1], *labels.values()])] += int(value)
    asked = {process: json.loads(file.read_text()) for process, file in files.items()}
    rows = [
        (f"{process}: {command}", requests_ / journeys, documents / journeys)
        for process, commands in asked.items()
        for command, (requests_, documents) in sorted(commands.items())
        if command.split()[0] in WRITING
    ]
    show(
        f"Writes per journey, of {journeys}",
        ["", "requests", "documents"],
        [
            (name, f"{a:.2f}", f"{b:.2f}")
            for name, a, b in [*rows, ("all", *map(sum, list(zip(*rows, strict=True))[1:]))]
        ],
    )
    show(
        "Messages read, by queue and end, and confirmed publishes by exchange, per journey",
        ["", "messages"],
        [(f"{process}: {what}", f"{number / journeys:.2f}") for (process, what), number in sorted(said.items())],
    )
    told = {f"{process}: {what}": number / journeys for (process, what), number in said.items()}
    write("journey-writes", {"journeys": journeys, "writes": rows, "messages": told})


def _counting(file: Path, command: list[str]) -> list[str]:
    return ["python", "-m", "bench.journey.counted", str(file), command[-1]]
