"""The life of a program: its log, its signals, and an end in good order."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger("partner.process")
GRACE_SECONDS = 8.0  # a supervisor's patience is usually ten


def start() -> list[int]:
    """Log to standard error, one line per fact, in UTC; and listen for SIGTERM and SIGINT from now on.

    Returns:
        A list that holds the signals that have come; while it is empty, go on.
    """
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        # A handler must not touch an event: it runs inside whatever the main thread does, which may hold its lock.
        signal.signal(number, lambda received, _: asked.append(received))
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)sZ %(levelname)s %(name)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
    )  # fmt: skip
    return asked


def run(tasks: Mapping[str, Callable[[], None]], stop: threading.Event, asked: Sequence[int]) -> int:
    """Run each task in its own thread until all end, one fails, or a signal has asked for the end.

    After a signal the tasks have ``GRACE_SECONDS`` to finish what is in hand. A thread that hangs on a dead network
    is then left behind, which loses nothing: all that matters is on disk.

    Returns:
        0 after an orderly end, 1 when a task failed.
    """
    failed = threading.Event()

    def guarded(name: str, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:
            # Where and what kind, without the text: it may hold what a message said.
            log.error(
                "%s failed: %s\n%s", name, type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
            )
            failed.set()
            stop.set()

    threads = [threading.Thread(target=guarded, args=item, name=item[0], daemon=True) for item in tasks.items()]
    for thread in threads:
        thread.start()
    while not asked and not stop.is_set() and any(thread.is_alive() for thread in threads):
        time.sleep(0.1)
    stop.set()
    end = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            log.warning("%s did not end in time; what it had not finished is on disk", thread.name)
    return 1 if failed.is_set() else 0
