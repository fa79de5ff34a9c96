"""``python -m bench.journey``: see bench/README.md."""

from __future__ import annotations

from typing import Any

import click

from bench.journey.contender import Round
from bench.journey.contenders import PROCESSES, SERVICES, floor, nameko, ours
from bench.journey.writes import count as count_writes
from bench.journey.writes import retries
from bench.report import RESULTS, show, tell, write
from bench.servers import system
from bench.spread import Spread, ratios

IDLE_SECONDS = 5.0
SERVERS = ("broker", "database")


@click.command(help="Processor time and rate of a dossier's journey: the floor, ours, plain nameko, in turn.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 20))
@click.option("--count", default=100, show_default=True, type=click.IntRange(1, 1000), help="Journeys in a round.")
@click.option(
    "--window", default=40, show_default=True, type=click.IntRange(1, 1000), help="Journeys under way at once."
)
@click.option("--pause", default=0.0, show_default=True, help="Seconds from an assignment to its acceptance.")
@click.option("--delay", default=0.5, show_default=True, help="Seconds from a department's acceptance to its result.")
@click.option("--writes", is_flag=True, help="Only count what one journey of ours writes and says.")
def main(rounds: int, count: int, window: int, pause: float, delay: float, writes: bool) -> None:
    waits = pause, delay
    if writes:
        count_writes(count, window, waits)
        return
    with system(RESULTS / "journey", list(PROCESSES.values())) as stack:
        tell("floor and nameko")
        contenders = [floor(stack, waits), ours(stack, waits), nameko(stack, waits)]
        for contender in contenders:
            contender.round(max(5, count // 5), window)  # the first journeys open connections and fill caches
        idle = {contender.name: contender.idle(IDLE_SECONDS) for contender in contenders}
        results: dict[str, list[Round]] = {contender.name: [] for contender in contenders}
        before = retries(stack)
        for number in range(1, rounds + 1):
            for contender in contenders:
                done = contender.round(count, window)
                results[contender.name].append(done)
                tell(f"{number} {contender.name:<7} {done.milliseconds:6.1f} ms  {done.rate:5.1f} journeys/s")
        again = retries(stack) - before
    _report(
        results,
        idle,
        {"count": count, "window": window, "pause_seconds": pause, "delay_seconds": delay, "tried_again": again},
    )


def _report(results: dict[str, list[Round]], idle: dict[str, dict[str, float]], given: dict[str, Any]) -> None:
    cost = {name: [done.milliseconds for done in rounds] for name, rounds in results.items()}
    rate = {name: [done.rate for done in rounds] for name, rounds in results.items()}
    parts = {name: {service: _part(rounds, service) for service in SERVICES} for name, rounds in results.items()}
    told: dict[str, Any] = {
        name: {
            "milliseconds": Spread.of(cost[name]),
            "over_floor": ratios(cost[name], cost["floor"]),
            "journeys_per_second": Spread.of(rate[name]),
            "rate_over_nameko": ratios(rate[name], rate["nameko"]),
            "milliseconds_by_service": parts[name],
            "milliseconds_of_servers": {server: _served(results[name], server) for server in SERVERS},
            "idle_milliseconds_per_second": {service: 1000 * used for service, used in idle[name].items()},
        }
        for name in results
    }
    rounds = len(cost["floor"])
    show(
        f"Processor time per journey: median of {rounds} rounds of {given['count']} journeys (lowest to highest)",
        ["", "ms of processor time", "over the floor", "journeys/s", "rate over nameko"],
        [
            [name, *(told[name][key].shown(digits) for key, digits in (
                ("milliseconds", 1), ("over_floor", 2), ("journeys_per_second", 1), ("rate_over_nameko", 2)))]
            for name in results
        ],
    )  # fmt: skip
    show(
        "By process: ms per journey, and over the floor's; beside them the servers, which are not in the sum",
        ["", *SERVICES, *SERVERS],
        [
            [
                name,
                *(f"{part:.1f}  {part / max(parts['floor'][service], 0.01):.2f}x" for service, part in row.items()),
                *(f"{told[name]['milliseconds_of_servers'][server]:.1f}" for server in SERVERS),
            ]
            for name, row in parts.items()
        ],
    )
    show(
        "At rest: ms of processor time a second",
        ["", *SERVICES, "together"],
        [
            [name, *(f"{1000 * row[service]:.1f}" for service in SERVICES), f"{1000 * sum(row.values()):.1f}"]
            for name, row in idle.items()
        ],
    )
    tell(f"messages that ours put off and tried again in all rounds: {given['tried_again']}")
    write("journey", {"rounds": rounds, **given, "results": told, "each": results})


def _served(rounds: list[Round], server: str) -> float:
    return Spread.of([1000 * done.servers[server] / done.journeys for done in rounds]).median


def _part(rounds: list[Round], service: str) -> float:
    return Spread.of([1000 * done.processor[service] / done.journeys for done in rounds]).median


if __name__ == "__main__":
    main()
