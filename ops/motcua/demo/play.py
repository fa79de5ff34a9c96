"""A day at the office: two wards push, the counter is open, departments work, and the days pass until all is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from motcua.clockfile import PlayedClock
from motcua.demo.desk import Desk, read_cases
from motcua.demo.watch import Sight, Watch
from motcua.office import shown
from motcua.partners import start_push
from motcua.stack import Stack

WARDS = ("26734", "26737")
#: This share of the counter's cases come after the cut-off at 15:00, and go to their departments the next morning.
AFTERNOON_SHARE = 1 / 6
#: More days than any procedure may take: a demo that needs more has lost something.
MOST_JUMPS = 120

SUPPLEMENT_ASKED, RESOLVED = 5, 9

Tell = Callable[[str], None]


@dataclass
class Day:
    """The demo at work.

    Args:
        show: hears each look at the system; draws the progress.
        tell: hears one line per thing that happens.
    """

    stack: Stack
    desk: Desk
    watch: Watch
    clock: PlayedClock
    cases: Path
    show: Callable[[Sight], None]
    tell: Tell
    receipt: dict[str, Any] | None = None

    def play(self) -> None:
        """Play from the first submission to the last result handed over."""
        self._morning()
        self._afternoon()
        self._until_all_is_done()
        self._hand_over()

    def _morning(self) -> None:
        self.tell(f"{shown(self.clock.now())}  hai phường gửi hồ sơ, quầy mở cửa / two wards push, the counter opens")
        pushes = {
            ward: start_push(self.stack, ward, self.cases / f"ward-{ward}.ndjson", clock=self.clock.file, seconds=240)
            for ward in WARDS
        }
        self._at_the_counter(self._counter()[0], "morning")
        for ward, push in pushes.items():
            code = push.wait(timeout=260)
            if code != 0:
                raise RuntimeError(f"the push of ward {ward} ended with {code}; see log/ward-{ward}.log")
        self._settle()

    def _afternoon(self) -> None:
        self.clock.at(15, 20)
        self.tell(f"{shown(self.clock.now())}  sau 15 giờ: chuyển vào sáng hôm sau / after the cut-off")
        self._at_the_counter(self._counter()[1], "afternoon")
        self._settle()

    def _counter(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        cases = read_cases(self.cases / "counter.ndjson")
        morning = len(cases) - round(len(cases) * AFTERNOON_SHARE)
        return cases[:morning], cases[morning:]

    def _at_the_counter(self, cases: list[dict[str, Any]], part: str) -> None:
        for number, case in enumerate(cases):
            receipt = self.desk.submit(case, f"demo-{part}-{number}")
            self.receipt = self.receipt or receipt
            if number % 20 == 0:
                self.show(self.watch.look())

    def _until_all_is_done(self) -> None:
        for _ in range(MOST_JUMPS):
            self._supplement()
            moment = self.watch.next_wake()
            if moment is None:
                return
            self.clock.set(max(moment + timedelta(seconds=2), self.clock.now()))
            self.tell(f"{shown(self.clock.now())}  hạn kế tiếp / the next moment at which something is due")
            self._settle()
        raise RuntimeError(f"dossiers are still open after {MOST_JUMPS} due moments")

    def _supplement(self) -> None:
        asked = list(self.desk.dossiers(SUPPLEMENT_ASKED))
        for dossier in asked:
            self.desk.supplement(dossier["code"], [{"code": "bo-sung", "copy": 1, "quantity": 1}])
        if asked:
            self.tell(f"{shown(self.clock.now())}  {len(asked)} hồ sơ được bổ sung / dossiers are completed")
            self._settle()

    def _hand_over(self) -> None:
        self.tell(f"{shown(self.clock.now())}  trả kết quả / results are handed over")
        for number, dossier in enumerate(list(self.desk.dossiers(RESOLVED))):
            self.desk.hand_over(dossier["code"])
            if number % 25 == 0:
                self.show(self.watch.look())
        self._settle()

    def _settle(self) -> None:
        self.watch.settle(self.show)
