"""What the end-to-end tests share."""

import time
from collections.abc import Callable
from typing import Any

import requests


def wait_until(look: Callable[[], Any], within: float = 60.0, what: str = "", pause: float = 0.2) -> Any:
    """Return the first true answer of ``look``; fail when there is none within the deadline (seconds)."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(pause)
    raise AssertionError(f"not within {within} s: {what or look}")


def get(url: str, **kwargs: Any) -> requests.Response:
    return requests.get(url, timeout=10, **kwargs)


def fields(answer: requests.Response) -> set[str]:
    """Return the fields that a problem document names."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return {row["field"] for row in answer.json().get("errors", [])}
