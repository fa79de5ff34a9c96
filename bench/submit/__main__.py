"""``python -m bench.submit``: see bench/README.md."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click
import pika
import requests

from bench import processor
from bench.journey.messages import Golden
from bench.report import RESULTS, show, tell, write
from bench.servers import environment, system, vhost
from bench.spread import Spread, percentile, ratios
from bench.submit import client, floor
from motcua.demo.desk import Desk
from motcua.stack import Stack

PATH = ("intake", "gateway")
REST = ("routing", "notify", "projection")
#: Threads of the gateway's gunicorn, and of the floor's.
THREADS = 16
#: Requests of the burst before the first round; more than threads, so that none of them is left without work.
WARM_UP = 4 * THREADS
BURST_SECONDS = 0.01
PAUSE_SECONDS = 1.0
READY_SECONDS = 30.0


@dataclass
class Measured:
    """The rounds of one contender at one rate; latencies in seconds, processor time in seconds per request."""

    latencies: list[list[float]] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def milliseconds(self, share: float) -> list[float]:
        """Return one percentile of each round."""
        return [1000 * percentile(round_, share) for round_ in self.latencies]


Load = Callable[[float, float], client.Run]


@click.command(
    help="Latency of POST /api/dossiers at a steady load: a bare Flask application and the gateway, in turn."
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20))
@click.option("--seconds", default=10.0, show_default=True, help="Length of a round at one rate.")
@click.option("--rates", default="20,40", show_default=True, help="Requests a second, comma-separated.")
@click.option("--whole", is_flag=True, help="Run the other services too: they take their share of the machine.")
def main(rounds: int, seconds: float, rates: str, whole: bool) -> None:
    processes = [*PATH, *(REST if whole else ())]
    with system(RESULTS / "submit", processes, {"MOTCUA_HTTP_THREADS": str(THREADS)}) as stack:
        loads = {"floor": _floor(stack), "ours": _ours(stack)}
        pids = {"floor": ["floor"], "ours": list(PATH)}
        for load in loads.values():
            load(WARM_UP / BURST_SECONDS, BURST_SECONDS)  # all at once, so that every thread opens its connections
            load(10.0, 3.0)  # fills caches
        results = {rate: {name: Measured() for name in loads} for rate in map(float, rates.split(","))}
        for number in range(1, rounds + 1):
            for rate, measured in results.items():
                for name, load in loads.items():
                    time.sleep(PAUSE_SECONDS)
                    before = _used(stack, pids[name])
                    run = load(rate, seconds)
                    rows = measured[name]
                    rows.latencies.append(run.latencies)
                    rows.others += run.others
                    rows.used.append((_used(stack, pids[name]) - before) / round(rate * seconds))
                    p50, p99 = rows.milliseconds(0.5)[-1], rows.milliseconds(0.99)[-1]
                    tell(f"{number} {rate:3.0f}/s {name:<6} p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  {dict(run.others)}")
    _report(results, {"rounds": rounds, "seconds": seconds, "whole": whole, "threads": THREADS})


def _ours(stack: Stack) -> Load:
    headers = Desk(stack.url, "clerk", stack.secrets.get("account-clerk")).headers
    return lambda rate, seconds: client.steady(stack.ports.get("http"), _body(), headers, rate=rate, seconds=seconds)


def _floor(stack: Stack) -> Load:
    uri = vhost(stack, "bench-floor")
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        channel.exchange_declare(floor.EXCHANGE, "topic", durable=True)
        channel.queue_declare(floor.QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(floor.QUEUE, floor.EXCHANGE, floor.KEY)
    port = stack.ports.get("floor")
    command = ["gunicorn", "-k", "gthread", "--threads", str(THREADS), "--keep-alive", "5"]
    command += ["-b", f"127.0.0.1:{port}", "bench.submit.floor:create_app()"]
    env = environment(BENCH_AMQP=uri, BENCH_MONGODB=stack.mongodb_uri)
    stack.supervisor.start("floor", command, env)
    _wait_for(port)
    return lambda rate, seconds: client.steady(port, _body(), {}, rate=rate, seconds=seconds)


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=1)
            return
        except requests.RequestException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _body() -> dict[str, Any]:
    data = Golden().make("dossier.submit.v1", "")["data"]
    kept = {name: data[name] for name in ("procedure", "applicant", "components", "note")}
    return {**kept, "channel": 1}


def _used(stack: Stack, names: list[str]) -> float:
    return sum(processor.seconds(pid) for name in names if (pid := stack.supervisor.pid(name)) is not None)


def _report(results: dict[float, dict[str, Measured]], given: dict[str, Any]) -> None:
    told: dict[str, Any] = {}
    rows = []
    for rate, by_name in results.items():
        base = by_name["floor"]
        for name, measured in by_name.items():
            row: dict[str, Any] = {"answered": sum(map(len, measured.latencies)), "others": measured.others}
            for label, share in (("p50", 0.5), ("p99", 0.99)):
                row[label] = Spread.of(measured.milliseconds(share))
                row[f"{label}_over_floor"] = ratios(measured.milliseconds(share), base.milliseconds(share))
            row["processor_milliseconds"] = Spread.of([1000 * used for used in measured.used])
            row["processor_over_floor"] = ratios(measured.used, base.used)
            told[f"{rate:.0f}/s {name}"] = row
            rows.append([
                f"{rate:.0f}/s {name}", row["p50"].shown(1), row["p50_over_floor"].shown(), row["p99"].shown(1),
                row["p99_over_floor"].shown(), row["processor_milliseconds"].shown(1), sum(measured.others.values()),
            ])  # fmt: skip
    show(
        f"POST /api/dossiers, ms from when it was due: median of {given['rounds']} rounds of {given['seconds']:.0f} s"
        " (lowest to highest)",
        ["", "p50", "over the floor", "p99", "over the floor", "processor ms", "not 201"],
        rows,
    )
    write("submit", {**given, "results": told})


if __name__ == "__main__":
    main()
