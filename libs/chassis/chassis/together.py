"""Group commit: what many workers ask for while one round is at work is done together in the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from chassis.errors import Unconfirmed

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Request(Generic[Asked, Given]):
    """One worker's request; whoever does the round answers it or lets it fail."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.done = False
        self._given: Given | None = None
        self._error: BaseException | None = None

    def answer(self, given: Given) -> None:
        """End the request well."""
        self.done, self._given = True, given

    def fail(self, error: BaseException) -> None:
        """Let the worker that asked meet ``error``."""
        self.done, self._error = True, error

    def result(self) -> Given:
        """Return the answer, or raise what made it fail."""
        if self._error is not None:
            raise self._error
        return self._given  # type: ignore[return-value]


class Together(Generic[Asked, Given]):
    """One round at a time, each for all that wait.

    Args:
        work: answers or fails every request it is given; what it raises fails those it left open.
        most: requests in one round.
    """

    def __init__(self, work: Callable[[Sequence[Request[Asked, Given]]], None], most: int = 50) -> None:
        self._work, self._most = work, most
        self._waiting: list[Request[Asked, Given]] = []
        self._one_at_a_time = Lock()

    def ask(self, asked: Asked) -> Given:
        """Return the answer to ``asked``, when its round is over."""
        mine: Request[Asked, Given] = Request(asked)
        self._waiting.append(mine)
        while not mine.done:
            with self._one_at_a_time:
                if not mine.done:
                    self._round()
        return mine.result()

    def _round(self) -> None:
        taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            self._work(taken)
        except BaseException as error:  # each worker meets it in its own handler
            for request in taken:
                if not request.done:
                    request.fail(error if isinstance(error, Exception) else Unconfirmed("the round was ended"))
            if not isinstance(error, Exception):
                raise  # this worker is told to end
