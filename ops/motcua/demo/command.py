"""``motcua demo`` and ``motcua run``."""

from __future__ import annotations

import json
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from motcua.accounts import ACCOUNTS
from motcua.clockfile import PlayedClock
from motcua.demo.balance import Line, balance
from motcua.demo.diary import Diary
from motcua.demo.play import Day
from motcua.demo.watch import Sight, Watch
from motcua.install import CannotInstall, ensure_papers_installed, ensure_rabbitmq_installed
from motcua.partners import start_departments
from motcua.stack import Given, Stack
from office import load_office

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "infra" / "demo" / "cases"
console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=120)  # a file or a log has no width of its own


class Stopped(BaseException):
    """The person asked to stop (Ctrl-C, SIGTERM)."""


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Turn SIGINT and SIGTERM into an orderly end."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        if not asked.is_set():
            asked.set()
            raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    yield asked


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var" / "demo", help="Emptied at the start.")
@click.option("--port", type=int, default=None, help="Port of the gateway; a free one if not given.")
@click.option("--cases", type=click.Path(path_type=Path), default=CASES, help="Folder of the day's cases.")
@click.option("--exit", "leave", is_flag=True, help="End after the table instead of staying up.")
def demo(data: Path, port: int | None, cases: Path, leave: bool) -> None:
    """Play a day at the office on a private system, check that it balances, and stay up."""
    shutil.rmtree(data, ignore_errors=True)
    clock = PlayedClock(data / "clock")
    calendar = load_office(ROOT / "infra" / "office").calendar
    clock.start(calendar)
    raise SystemExit(_serve(data, port, clock, leave=leave, cases=cases))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var" / "run", help="Kept between runs.")
@click.option("--port", type=int, default=None, help="Port of the gateway; chosen once if not given.")
def run(data: Path, port: int | None) -> None:
    """Run the same system without the played day; data are kept."""
    raise SystemExit(_serve(data, port, None, leave=False, cases=None))


def _serve(data: Path, port: int | None, clock: PlayedClock | None, *, leave: bool, cases: Path | None) -> int:
    try:
        given = Given.from_environment()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    env = {"MOTCUA_CLOCK_FILE": str(clock.file)} if clock else {}
    code = 0
    with stopping() as asked:
        stack = None
        try:
            if given.amqp_uri is None and ensure_rabbitmq_installed(data / "log" / "install.log"):
                console.print("rabbitmq-server đã được cài / was installed")
            if ensure_papers_installed(data / "log" / "install.log"):
                console.print("thư viện và phông chữ đã được cài / text libraries and fonts were installed")
            stack = Stack(data, root=ROOT, given=given, http_port=port, env=env, tell=_tell)
            stack.start()
            start_departments(
                stack, policy=ROOT / "infra/demo/department-policy.json", clock=clock.file if clock else None
            )
            receipt = None
            if cases and clock:
                lines, receipt = _play(stack, clock, cases)
                code = 0 if all(line.holds for line in lines) else 1
                console.print(_table(lines))
            _addresses(stack, receipt)
            if not leave:
                asked.wait()
        except CannotInstall as error:
            raise click.ClickException(str(error)) from None
        except Stopped:
            console.print("dừng / stopping")
        finally:
            codes = stack.stop() if stack else {}
    wrong = {name: ended for name, ended in codes.items() if ended != 0}
    if wrong:
        console.print(f"[red]không kết thúc đúng / did not end in order: {wrong}")
    return code or (1 if wrong else 0)


def _play(stack: Stack, clock: PlayedClock, cases: Path) -> tuple[list[Line], dict[str, Any] | None]:
    expected = json.loads((cases / "expected.json").read_text())
    watch = Watch(stack)
    if watch.dossiers.find_one({}, {"_id": 1}):
        raise click.ClickException("the given database has dossiers already: a played day could not be told from them")
    diary = Diary()
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        total = expected["valid"]
        rows = {
            "received": progress.add_task("Đã tiếp nhận / received", total=total),
            "resolved": progress.add_task("Đã có kết quả / resolved", total=total),
            "returned": progress.add_task("Đã trả / returned", total=total),
            "mails": progress.add_task("Thư đã gửi / e-mails", total=None),
        }

        def show(sight: Sight) -> None:
            progress.update(rows["received"], completed=sight.dossiers)
            progress.update(rows["resolved"], completed=sight.statuses.get(9, 0) + sight.statuses.get(10, 0))
            progress.update(rows["returned"], completed=sight.statuses.get(10, 0))
            progress.update(rows["mails"], completed=sight.mails)

        Day(stack, watch, clock, cases, diary, show, progress.console.print).play()
    lines = balance(stack, watch, diary, expected)
    watch.close()
    return lines, next(iter(diary.receipts.values()), None)


def _table(lines: list[Line]) -> Table:
    table = Table(title="Một ngày ở văn phòng / A day at the office")
    for heading, side in (("", "left"), ("", "left"), ("Đếm được / counted", "right"), ("Phải là / must be", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for line in lines:
        mark = "[green]✓" if line.holds else "[red]✗"
        table.add_row(f"{mark} [default]{line.vi}", line.en, str(line.counted), str(line.expected))
    return table


def _addresses(stack: Stack, receipt: dict[str, Any] | None) -> None:
    # soft: a line that is copied must not be broken in the middle of a password
    say = partial(console.print, soft_wrap=True)
    say(f"Trang tra cứu / tracking page   {stack.url}/")
    if receipt:
        say(f"  một hồ sơ / one dossier       {receipt['tracking_url']}")
    say(f"API                             {stack.url}/api/docs")
    if stack.broker:
        user, password = "operator", stack.passwords()["operator"]
        say(f"RabbitMQ                        http://{stack.api.split('@')[-1]}  {user} / {password}")
    if receipt:
        say(f"Phiếu đã in / printed papers    {stack.directory / 'papers'}")
    say(f"Hộp thư / mailbox               {stack.mailbox.directory}")
    say("Đăng nhập / sign-ins")
    for name, roles, unit in ACCOUNTS:
        password = stack.secrets.get(f"account-{name}")
        say(f"  {name:<16} {password:<26} {', '.join(roles)}{f' ({unit})' if unit else ''}")
    say("Ctrl-C để dừng / to stop")


def _tell(line: str) -> None:
    console.print(f"· {line}")
