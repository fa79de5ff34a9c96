"""What the end-to-end tests share."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import requests

from motcua.demo.watch import Watch
from motcua.stack import Stack


def wait_until(look: Callable[[], Any], within: float = 60.0, what: str = "") -> Any:
    """Return the first true answer of ``look``; fail when there is none within the deadline."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {within} s: {what or look}")


def get(url: str, **kwargs: Any) -> requests.Response:
    return requests.get(url, timeout=10, **kwargs)


def each_once(stack: Stack, watch: Watch, references: list[str]) -> None:
    """Assert that each of a ward's cases came to its end exactly once: one code, assignment, result, mail per event."""
    dossiers = list(watch.dossiers.find({"receipt.ward_reference": {"$in": references}}))
    assert sorted(row["receipt"]["ward_reference"] for row in dossiers) == sorted(references)
    assert len({row["code"] for row in dossiers}) == len(references)
    codes = [row["code"] for row in dossiers]
    assert watch.assignments.count_documents({"code": {"$in": codes}, "state": "finished"}) == len(references)
    mails = Counter(mail.subject for mail in stack.mailbox.messages())
    for row in dossiers:
        assert row["resolution"], row["code"]
        assert (
            mails[f"[{row['code']}] Hồ sơ đã được tiếp nhận"] + mails[f"[{row['code']}] Your dossier was received"] == 1
        )
        resolved = (
            f"[{row['code']}] Đã có kết quả giải quyết hồ sơ",
            f"[{row['code']}] The result of your dossier is ready",
        )
        assert sum(mails[subject] for subject in resolved) == 1
