"""One run of the desk: look first, ask, act, and say how it ended, also when it broke off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from motcua.audit import Trail
from motcua.parked.acts import Act, Discard, Order, Outcome, Replay, go
from motcua.parked.desk import Desk, Taken
from motcua.parked.pace import Pace
from motcua.parked.wanted import Wanted

ACTS: dict[str, Callable[[Desk, Trail, Order], Act]] = {"replay": Replay, "discard": Discard}
STOPPED = 130
"""Exit code of a run that the person ended, as a shell gives it."""


def carry_out(
    name: str,
    desk: Desk,
    trail: Trail,
    wanted: Wanted,
    order: Order,
    *,
    limit: int | None,
    rate: float | None,
    dry_run: bool,
    yes: bool,
) -> int:
    """Act on what is wanted and return the exit code: 0, 1 when an id was not found, 130 when stopped.

    Raises:
        whatever broke the run off, after saying what was done.
    """
    act, seen = ACTS[name](desk, trail, order), None
    if dry_run or not yes:
        sight = _look(desk, act, wanted, limit)
        if dry_run:
            click.echo(f"{sight.done} would be {act.done}")
            return _ended(sight, wanted, limit)
        if sight.done > 1 and not click.confirm(f"{name} {sight.done} messages?"):
            click.echo("nothing was done")
            return 1
        seen = sight.seen  # what parks while the person thinks was not confirmed by them
    outcome = Outcome()
    with _stopping() as asked:
        pace = Pace(rate, asked.wait).keep if rate else lambda: None
        try:
            go(desk, act, wanted, outcome, limit=limit, most=seen, keep_pace=pace, stop=asked.is_set, say=click.echo)
        except BaseException:
            click.echo(f"broken off: {outcome.done} {act.done}; what is left is parked still")
            raise
    click.echo(f"{outcome.done} {act.done}" + ("; stopped, the rest is parked still" if asked.is_set() else ""))
    return STOPPED if asked.is_set() else _ended(outcome, wanted, limit)


class _Sight:
    """In place of an act: does nothing, so that a run only counts."""

    def __init__(self, act: Act) -> None:
        self.refuses, self.done = act.refuses, act.done

    def __call__(self, taken: Taken) -> None:
        """Do nothing."""


def _look(desk: Desk, act: Act, wanted: Wanted, limit: int | None) -> Outcome:
    sight = Outcome()
    go(desk, _Sight(act), wanted, sight, limit=limit)
    return sight


def _ended(outcome: Outcome, wanted: Wanted, limit: int | None) -> int:
    for why, number in sorted(outcome.skipped.items()):
        click.echo(f"{number} left: {why}")
    missing = sorted(wanted.ids - outcome.found)
    if missing and not (limit and outcome.done >= limit):
        click.echo(f"not found: {', '.join(missing)}", err=True)
        return 1
    return 0


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Turn the first SIGINT or SIGTERM into an end between two messages; a second SIGINT ends at once."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
