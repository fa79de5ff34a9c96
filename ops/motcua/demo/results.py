"""Results: handed over in the way that each person wants, waiting for those who do not come, made anew when wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from motcua.demo.desk import Desk
from motcua.demo.diary import Diary

RESOLVED = 9
#: Persons at the counter who do not come for their result; the last of them never does.
FORGETFUL = 3


class Results:
    """The results' shelf.

    Args:
        reminded: whether the person has had a mail that the result waits.
    """

    def __init__(self, desk: Desk, diary: Diary, reminded: Callable[[str], bool]) -> None:
        self._desk, self._diary, self._reminded = desk, diary, reminded
        self._forgetful: list[str] | None = None
        self._never: str | None = None

    def hand_over(self) -> None:
        """Hand over whatever lies ready and is asked for."""
        ready = list(self._desk.dossiers(RESOLVED))
        if self._forgetful is None:
            by_hand = [row["code"] for row in ready if row["code"] in self._diary.receipts and not row["delivery"]]
            self._forgetful = by_hand[:FORGETFUL]
            self._never = self._forgetful[-1] if self._forgetful else None
        for dossier in ready:
            code = dossier["code"]
            if code == self._never or (code in self._forgetful and not self._reminded(code)):
                continue
            self._give(dossier)
            if code in self._forgetful:
                self._diary.done["collected-after-reminder"] += 1

    def reopen_one(self) -> None:
        """A person comes back: the name on the result is wrong, so it is made anew, free of charge."""
        for code in self._diary.receipts:
            if code in self._diary.handed:
                self._desk.act(code, "reopening", {"reason": "Kết quả ghi sai tên người nộp"})
                self._diary.done["reopened"] += 1
                return

    def _give(self, dossier: dict[str, Any]) -> None:
        code = dossier["code"]
        wanted = dossier["delivery"] or {"method": "counter"}
        self._diary.done[f"handed-{wanted['method']}"] += 1
        again = f"-{len(dossier['resolutions'])}"
        match wanted["method"]:
            case "post":
                sent = {"method": "post", "tracking_code": f"EC{self._diary.done['handed-post']:09}VN"}
                self._desk.hand_over(code, again=again, **sent)
            case "electronic":
                self._desk.hand_over(code, again=again, method="electronic")
            case _:
                self._desk.hand_over(code, again=again)
        self._diary.handed.add(code)
