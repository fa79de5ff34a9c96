"""A day at the office: wards push, the counter is open, people write online and by post, and days pass until all is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from motcua.clockfile import PlayedClock
from motcua.demo import catalogue, figures, leaders, payments, printing, public
from motcua.demo.counter import Counter
from motcua.demo.desk import Client, Desk, read_cases
from motcua.demo.diary import Diary
from motcua.demo.online import Citizen, Online
from motcua.demo.results import Results
from motcua.demo.watch import Sight, Watch
from motcua.office import VIETNAM, shown
from motcua.partners import start_push
from motcua.stack import Stack

WARDS = ("26734", "26737")
#: This share of the counter's cases come after the cut-off at 15:00, and go to their departments the next morning.
AFTERNOON_SHARE = 1 / 6
#: More days than any procedure may take: a demo that needs more has lost something.
MOST_JUMPS = 120
#: Whose posting the chief changes in the morning.
POSTED = "2.000815"
#: Receipts that are checked and persons that are searched for.
LOOKED_UP = 3

SUPPLEMENT_ASKED = 5

Tell = Callable[[str], None]


@dataclass
class Day:
    """The demo at work.

    Args:
        show: hears each look at the system; draws the progress.
        tell: hears one line per thing that happens.
    """

    stack: Stack
    watch: Watch
    clock: PlayedClock
    cases: Path
    diary: Diary
    show: Callable[[Sight], None]
    tell: Tell

    def play(self) -> None:
        """Play from the first submission to the last result handed over."""
        self._first = self.clock.now().astimezone(VIETNAM).date()
        self._morning()
        self._afternoon()
        self._evening()
        self._until_all_is_done()
        self._look_back()
        self._count()

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.stack.url, "clerk", self._password("clerk"))

    @cached_property
    def chief(self) -> Client:
        return Client(self.stack.url, "chief", self._password("chief"))

    @cached_property
    def deputy(self) -> Client:
        return Client(self.stack.url, "deputy", self._password("deputy"))

    @cached_property
    def counter(self) -> Counter:
        return Counter(self.desk, self.diary)

    @cached_property
    def online(self) -> Online:
        citizen = Citizen(self.stack.url, "citizen", self._password("citizen"))
        return Online(citizen, self.desk, self.diary)

    @cached_property
    def results(self) -> Results:
        return Results(self.desk, self.diary, self.watch.reminded)

    def _morning(self) -> None:
        self._say("thủ tục được niêm yết thêm nơi / the chief posts a procedure in one place more")
        catalogue.post_elsewhere(self.chief, POSTED, self.diary)
        self._say("hai phường gửi hồ sơ, quầy mở cửa / two wards push, the counter opens")
        pushes = {
            ward: start_push(self.stack, ward, self.cases / f"ward-{ward}.ndjson", clock=self.clock.file, seconds=240)
            for ward in WARDS
        }
        self._at_the_counter(self._counted()[0], "morning")
        self._say("hồ sơ qua bưu chính và trực tuyến / dossiers come by post and online")
        for number, case in enumerate(self._read("post")):
            self.counter.take(case, f"demo-post-{number}")
            self.diary.done["by-post"] += 1
        self.online.hand_in(self._read("online"))
        for ward, push in pushes.items():
            code = push.wait(timeout=260)
            if code != 0:
                raise RuntimeError(f"the push of ward {ward} ended with {code}; see log/ward-{ward}.log")
        self.online.look()
        self._settle()
        leaders.stop_one(self.desk, self.diary)
        leaders.pause_for_a_fee(self.desk, self.diary)

    def _afternoon(self) -> None:
        self.clock.at(15, 20)
        self._say("sau 15 giờ: chuyển vào sáng hôm sau / after the cut-off")
        morning, afternoon = self._counted()
        mistaken, *others = afternoon
        self.counter.take_by_mistake(mistaken, morning, "demo-mistaken")
        self._at_the_counter(others, "afternoon")
        leaders.resume_all(self.desk, self.diary)
        self._say("kho bạc báo tiền đã nộp, mỗi lần hai bản / the treasury tells what was paid, everything twice")
        self._settle()
        payments.pay_what_is_owed(self.stack, self.clock, self.desk, self.diary)
        self._settle()
        payments.clear_kept(self.desk, self.diary)

    def _evening(self) -> None:
        self.clock.at(16, 10)
        self._say("trả kết quả trong ngày / the day's results are handed over")
        self.results.hand_over()
        self.results.reopen_one()
        self._settle()

    def _counted(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        cases = self._read("counter")
        morning = len(cases) - round(len(cases) * AFTERNOON_SHARE)
        return cases[:morning], cases[morning:]

    def _read(self, origin: str) -> list[dict[str, Any]]:
        return read_cases(self.cases / f"{origin}.ndjson")

    def _at_the_counter(self, cases: list[dict[str, Any]], part: str) -> None:
        for number, case in enumerate(cases):
            self.counter.take(case, f"demo-{part}-{number}")
            if number % 20 == 0:
                self.show(self.watch.look())

    def _until_all_is_done(self) -> None:
        for _ in range(MOST_JUMPS):
            self._supplement()
            moment = self.watch.next_wake()
            if moment is None:
                return
            self.clock.set(max(moment + timedelta(seconds=2), self.clock.now()))
            self._say("hạn kế tiếp / the next moment at which something is due")
            self._settle()
            leaders.sign_apologies(self.deputy, self.diary)
            self.results.hand_over()
        raise RuntimeError(f"dossiers are still open after {MOST_JUMPS} due moments")

    def _supplement(self) -> None:
        asked = list(self.desk.dossiers(SUPPLEMENT_ASKED))
        for dossier in asked:
            self.desk.supplement(dossier["code"], [{"code": "bo-sung", "copy": 1, "quantity": 1}])
            self.diary.done["supplemented"] += 1
        if asked:
            self._say(f"{len(asked)} hồ sơ được bổ sung / dossiers are completed")
            self._settle()

    def _look_back(self) -> None:
        """What people do with papers and pages when their dossiers are done."""
        self._say("in phiếu, đánh giá, tra cứu / papers are printed, people evaluate, dossiers are searched for")
        public.evaluate(self.diary, self.stack.url)
        codes = list(self.diary.receipts)[:LOOKED_UP]
        public.check_receipts(self.stack.url, self.diary, codes)
        public.search(self.desk, self.diary, codes)
        printing.print_each_kind(self.desk, self.stack.directory / "papers", self.diary)
        self.diary.done["own-dossiers"] = self.online.own()
        self.diary.done["posted"] = int(catalogue.posted(self.chief, POSTED))
        self._settle()

    def _count(self) -> None:
        """Sổ sách: what those read who are answerable for the day."""
        self._say("đọc báo cáo, sổ theo dõi, danh sách của phường / report, register and a ward's list are read")
        figures.read_report(self.chief, self._first, self.diary)
        figures.read_register(self.chief, self._first, self.stack.directory / "papers", self.diary)
        ward = WARDS[0]
        figures.read_changes(Client(self.stack.url, f"ward-{ward}", self._password(f"ward-{ward}")), ward, self.diary)
        self.diary.done["accepted-of-ward"] = figures.accepted_by(self.stack.directory / "partners", ward)

    def _say(self, what: str) -> None:
        self.tell(f"{shown(self.clock.now())}  {what}")

    def _password(self, name: str) -> str:
        return self.stack.secrets.get(f"account-{name}")

    def _settle(self) -> None:
        self.watch.settle(self.show)
