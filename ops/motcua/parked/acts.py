"""Putting back and throwing away: each message is written on the trail first, and leaves its parked queue last.

A run that dies between two steps leaves at most one message that the trail tells of and that is parked still, or that is
both parked and put back. Its reader knows the repeat; see docs/delivery.md.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chassis import telemetry
from motcua.audit import Trail
from motcua.parked.desk import BrokerAway, Desk, NotTaken, Taken
from motcua.parked.message import KEY, REPLAYS, RUN
from motcua.parked.wanted import Wanted

REPLAY, UNCONFIRMED, DISCARD = "replay", "replay-unconfirmed", "discard"
TELL_SECONDS = 5.0

_log = telemetry.logger("motcua.parked")


@dataclass(slots=True)
class Outcome:
    """What a run did, kept up to date while it runs.

    Attributes:
        done: messages that had their act.
        skipped: why others did not, with how many.
        found: ids among those wanted that were there.
        seen: by service, how many messages were gone through, wanted or not.
    """

    done: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    found: set[str] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Order:
    """Who acts and why.

    Attributes:
        actor: name that the operator goes by.
        account: user of the operating system, which they did not choose here.
        because: the reason; may be empty for a replay.
        run: id of this run.
    """

    actor: str
    account: str
    because: str
    run: str

    def entry(self, act: str, taken: Taken) -> dict[str, Any]:
        """Return the facts for the trail."""
        who = {"actor": self.actor, "account": self.account, "because": self.because, "run": self.run}
        return {"act": act, **who, "message": taken.parked.facts()}


class Act(Protocol):
    """What a run does with each message.

    Attributes:
        done: how it is told of those that had it.
    """

    done: str

    def refuses(self, taken: Taken) -> str | None:
        """Return why a message stays parked; None when the act is for it."""

    def __call__(self, taken: Taken) -> None:
        """Act."""


class Replay:
    """Puts a message back into its work queue; its first key is kept, and its replays are counted in a header."""

    done = "put back"

    def __init__(self, desk: Desk, trail: Trail, order: Order) -> None:
        self._desk, self._trail, self._order = desk, trail, order
        self._there: dict[str, bool] = {}

    def refuses(self, taken: Taken) -> str | None:
        """Return why a message stays parked; None when it can be put back."""
        if taken.parked.run == self._order.run:
            return "parked again during this run"
        if taken.parked.stays:
            return taken.parked.stays
        queue = taken.parked.queue
        if queue not in self._there:
            self._there[queue] = self._desk.has(queue)
        return None if self._there[queue] else f"the broker has no queue {queue}"

    def __call__(self, taken: Taken) -> None:
        """Act.

        Raises:
            NotTaken, BrokerAway: the message is parked still, perhaps put back as well; the trail says so.
            pymongo.errors.PyMongoError: nothing was done.
        """
        entry = self._trail.append(self._order.entry(REPLAY, taken))
        replays = taken.parked.replays + 1
        try:
            self._desk.put_back(taken, {KEY: taken.parked.key, REPLAYS: replays, RUN: self._order.run})
        except (NotTaken, BrokerAway):
            self._trail.append(self._order.entry(UNCONFIRMED, taken))
            raise
        self._desk.acknowledge(taken)
        _tell("message replayed", taken, self._order, entry, replays=replays)


class Discard:
    """Takes a message out of its parked queue for good; the trail keeps its digest and nothing of its body."""

    done = "discarded"

    def __init__(self, desk: Desk, trail: Trail, order: Order) -> None:
        self._desk, self._trail, self._order = desk, trail, order

    def refuses(self, taken: Taken) -> str | None:
        """Return None: whatever is parked may be thrown away."""
        return None

    def __call__(self, taken: Taken) -> None:
        """Act.

        Raises:
            pymongo.errors.PyMongoError, BrokerAway: the message is parked still.
        """
        entry = self._trail.append(self._order.entry(DISCARD, taken))
        self._desk.acknowledge(taken)
        _tell("message discarded", taken, self._order, entry, replays=taken.parked.replays)


def go(
    desk: Desk,
    act: Act,
    wanted: Wanted,
    outcome: Outcome,
    *,
    limit: int | None = None,
    most: Mapping[str, int] | None = None,
    keep_pace: Callable[[], None] = lambda: None,
    stop: Callable[[], bool] = lambda: False,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Act on what is wanted, service by service and oldest first, until all was seen or ``limit`` or ``stop`` ends it.

    Args:
        most: by service, how many an earlier look saw; what was parked since is not acted on.

    Raises:
        whatever ``act`` raises; ``outcome`` has what was done until then.
    """
    told = time.monotonic()
    with desk.messages(wanted.services, most) as messages:
        for taken in messages:
            if stop() or (limit is not None and outcome.done >= limit):
                return
            outcome.seen[taken.parked.service] += 1
            if not wanted.takes(taken.parked):
                continue
            outcome.found |= wanted.ids & {taken.parked.id}
            if why := act.refuses(taken):
                outcome.skipped[why] += 1
                continue
            keep_pace()
            if stop():
                return
            act(taken)
            outcome.done += 1
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                say(f"{outcome.done} {act.done} so far")


def _tell(event: str, taken: Taken, order: Order, entry: dict[str, Any], *, replays: int) -> None:
    parked = taken.parked
    ids = {"message_id": parked.id, "message_type": parked.type, "subject": parked.subject, "queue": parked.queue}
    who = {"actor": order.actor, "because": order.because, "reason": parked.reason, "run": order.run}
    _log.info(event, **ids, **who, replays=replays, entry=entry["_id"])
