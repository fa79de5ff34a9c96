"""``Pace``: so many a second and no more, on a schedule that neither drifts nor catches up in a burst."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Spread acts evenly.

    Args:
        rate: acts a second.
        wait: sleeps for so many seconds, or less when the run is to end.
        clock: monotonic seconds.
    """

    def __init__(
        self, rate: float, wait: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._step, self._wait, self._clock = 1 / rate, wait, clock
        self._due = clock()

    def keep(self) -> None:
        """Wait until the next act is due. What a slow act has cost is made up for within one second of schedule."""
        now = self._clock()
        if self._due > now:
            self._wait(self._due - now)
        self._due = max(self._due, now - 1.0) + self._step
