"""Dossier status as the national portal counts it, and the legal moves."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Dossier status (trạng thái hồ sơ), codes 1 to 10 of the national public-service portal.

    9 is not 10: the result lies at the desk before the person has it. 5, 6 and 8 pause the clock.
    Source: facts 1.2.
    """

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT_ASKED = 5
    FEE_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


S = Status

#: What may follow what. A department settles what it has in hand although the desk paused it meanwhile (6 and 8 to 9);
#: a result with an error is made anew (9 and 10 to 2, NĐ 61/2018 Đ.21). What was completed before reception is looked at
#: again (5 to 1).
MOVES: dict[Status, frozenset[Status]] = {
    S.REGISTERED: frozenset({S.RECEIVED, S.REFUSED, S.SUPPLEMENT_ASKED, S.WITHDRAWN}),
    S.RECEIVED: frozenset({S.PROCESSING, S.WITHDRAWN}),
    S.REFUSED: frozenset(),
    S.PROCESSING: frozenset({S.SUPPLEMENT_ASKED, S.FEE_ASKED, S.STOPPED, S.RESOLVED, S.WITHDRAWN}),
    S.SUPPLEMENT_ASKED: frozenset({S.REGISTERED, S.RECEIVED, S.REFUSED, S.WITHDRAWN}),
    S.FEE_ASKED: frozenset({S.PROCESSING, S.SUPPLEMENT_ASKED, S.RESOLVED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
    S.STOPPED: frozenset({S.PROCESSING, S.SUPPLEMENT_ASKED, S.RESOLVED, S.WITHDRAWN}),
    S.RESOLVED: frozenset({S.RETURNED, S.RECEIVED}),
    S.RETURNED: frozenset({S.RECEIVED}),
}

#: The office's clock runs.
RUNNING = frozenset({S.RECEIVED, S.PROCESSING})
#: Nothing more happens to it at the desk.
OVER = frozenset({S.REFUSED, S.WITHDRAWN})


class IllegalMove(Exception):
    """The table ``MOVES`` has no such step."""

    def __init__(self, source: Status, target: Status) -> None:
        super().__init__(f"{source.name} -> {target.name}")
        self.source = source
        self.target = target


def move(source: Status, target: Status) -> Status:
    """Return ``target`` if the table allows the step.

    Raises:
        IllegalMove: it does not; a message may merely be early, so try again later before giving up.
    """
    if target not in MOVES[source]:
        raise IllegalMove(source, target)
    return target


def stay(status: Status, *among: Status) -> None:
    """Check that an act that moves nothing is possible in this status.

    Raises:
        IllegalMove: it is not.
    """
    if status not in among:
        raise IllegalMove(status, status)
