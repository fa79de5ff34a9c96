"""``python -m bench.batch``: see bench/README.md."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import requests

from bench.batch import floor
from bench.batch.lines import http_lines, write_ward_file
from bench.memory import forget_peak, peak_mib
from bench.report import RESULTS, show, tell, write
from bench.servers import system, vhost
from motcua.demo.desk import Desk
from motcua.partners import start_push
from motcua.stack import Stack

WARD = "26734"
PATH = {"http": ("intake", "gateway"), "messages": ("intake",)}
REST = ("routing", "notify", "projection")
LONGEST_SECONDS = 3 * 60 * 60


@dataclass
class Push:
    """One push: cases a second, and the peak memory in MiB of each process after it."""

    count: int
    rate: float
    peak: dict[str, float] = field(default_factory=dict)


@click.command(help="A large push over HTTP and by messages: cases a second and peak memory, over a raw loop.")
@click.option("--count", default=20_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--way", type=click.Choice(["http", "messages", "both"]), default="both", show_default=True)
@click.option("--again/--no-again", default=True, show_default=True, help="Push over HTTP once more at the end.")
@click.option("--whole", is_flag=True, help="Run the other services too: they take their share of the machine.")
def main(count: int, way: str, again: bool, whole: bool) -> None:
    ways = ["http", "messages"] if way == "both" else [way]
    told: dict[str, Any] = {}
    for name in ways:
        processes = [*PATH[name], *(REST if whole else ())]
        with system(RESULTS / "batch", processes, {"MOTCUA_HTTP_BATCH_LINES": "1000000"}) as stack:
            uri = vhost(stack, "bench-floor")
            raw = [floor.run(http_lines(max(100, count // 20), _run()), uri, stack.mongodb_uri)]
            pushes = _pushes(stack, name, count, again and name == "http")
            raw.append(floor.run(http_lines(max(100, count // 20), _run()), uri, stack.mongodb_uri))
        told[name] = {"floor_rates": raw, "pushes": pushes}
        _show(name, raw, pushes)
    write("batch", {"count": count, "whole": whole, "ways": told})


def _pushes(stack: Stack, way: str, count: int, again: bool) -> list[Push]:
    """Push a tenth, then all; over HTTP all once more, which registers nothing. A ward's program sends nothing twice."""
    push: Callable[[int, str], None] = _over_http(stack) if way == "http" else _by_messages(stack)
    runs = (_run(), _run())
    pids = {name: pid for name in PATH[way] if (pid := stack.supervisor.pid(name)) is not None}
    pushes = []
    for number, run in ((count // 10, runs[0]), (count, runs[1]), (count, runs[1]))[: 3 if again else 2]:
        for pid in pids.values():
            forget_peak(pid)  # signing in took memory of its own
        began = time.monotonic()
        push(number, run)
        made = Push(number, number / (time.monotonic() - began))
        made.peak = {name: round(peak_mib(pid), 1) for name, pid in pids.items()}
        tell(f"{way} {number} cases: {made.rate:.0f}/s, peak {made.peak}")
        pushes.append(made)
    return pushes


def _over_http(stack: Stack) -> Callable[[int, str], None]:
    headers = Desk(stack.url, "clerk", stack.secrets.get("account-clerk")).headers
    headers = {**headers, "Content-Type": "application/x-ndjson"}

    def push(count: int, run: str) -> None:
        url = f"{stack.url}/api/batches/{run}"
        with requests.put(url, http_lines(count, run), headers=headers, stream=True, timeout=600) as answer:
            answer.raise_for_status()
            last = b""
            for line in answer.iter_lines():
                last = line
        summary = json.loads(last)["summary"]
        if summary["accepted"] != count:
            raise RuntimeError(f"not all were accepted: {summary}")

    return push


def _by_messages(stack: Stack) -> Callable[[int, str], None]:
    clock = Path(stack.environment("intake")["MOTCUA_CLOCK_FILE"])

    def push(count: int, run: str) -> None:
        file = stack.directory / f"{run}.ndjson"
        write_ward_file(file, count, run)
        if start_push(stack, WARD, file, clock=clock, seconds=LONGEST_SECONDS).wait(LONGEST_SECONDS):
            raise RuntimeError(f"the ward's push failed; see {stack.directory}/log/ward-{WARD}.log")

    return push


def _run() -> str:
    return f"B{uuid.uuid4().hex[:8]}"


def _show(way: str, raw: list[float], pushes: list[Push]) -> None:
    base = sum(raw) / len(raw)
    names = ("a tenth", "all", "all again")
    rows = [
        [name, push.count, f"{push.rate:.0f}", f"{push.rate / base:.2f}",
         ", ".join(f"{process} {peak:.0f}" for process, peak in push.peak.items())]
        for name, push in zip(names, pushes, strict=False)
    ]  # fmt: skip
    title = f"A push {'over HTTP' if way == 'http' else 'by messages'}; the floor makes {base:.0f} lines a second"
    show(title, ["", "cases", "a second", "over the floor", "peak MiB meanwhile"], rows)


if __name__ == "__main__":
    main()
