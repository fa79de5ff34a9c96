"""The counter: takes people's papers and their money in, and puts right what it took in wrongly."""

from __future__ import annotations

from typing import Any

from motcua.demo.desk import Desk
from motcua.demo.diary import Diary

#: Who need not pay, and by which law.
EXEMPTION = {"reason": "Người có công với cách mạng", "legal_basis": "Nghị quyết 124/2016/NQ-HĐND"}


class Counter:
    """The counter of the played day."""

    def __init__(self, desk: Desk, diary: Diary) -> None:
        self._desk, self._diary = desk, diary

    def take(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        """Take a case in with its fee, and return the receipt; the first who owes something is exempted."""
        receipt = self._taken(case, key)
        self._settle(receipt["code"], receipt["fee_minor"])
        return receipt

    def take_by_mistake(self, case: dict[str, Any], others: list[dict[str, Any]], key: str) -> None:
        """Take a case in as one of another department's, see it, and correct it before the department has it."""
        departments = {row["code"]: row["department"] for row in self._desk.get("/api/procedures")}
        right = departments[case["procedure"]]
        wrong = next((other for other in others if departments[other["procedure"]] != right), None)
        if wrong is None:
            self.take(case, key)
            return
        asked = {name: wrong[name] for name in ("procedure", "components")}
        receipt = self._taken({**case, **asked}, key)
        told = {name: case[name] for name in ("procedure", "components")}
        code = receipt["code"]
        corrected = self._desk.act(code, "corrections", {"reason": "Chọn nhầm thủ tục khi tiếp nhận", **told})
        fresh = [paper for paper in corrected["papers"] if paper["paper"].startswith("receipt-")]
        if len(fresh) != 2 or corrected["department"] != right:
            raise RuntimeError(f"{code}: not corrected, {corrected['department']}, {fresh}")
        self._diary.done["corrected"] += 1
        self._settle(code, corrected["account"]["owed_minor"])

    def collect(self, code: str, owed_minor: int) -> None:
        """Take in what is owed for a dossier, with a receipt number of the counter's own book."""
        self._diary.done["paid"] += 1
        number = f"QUAY/{self._diary.done['paid']:07}"
        self._desk.pay(code, owed_minor, number)
        self._diary.money["counter"] += owed_minor

    def _taken(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        receipt = self._desk.submit(case, key)
        self._diary.receipts[receipt["code"]], self._diary.persons[receipt["code"]] = receipt, case
        self._diary.done["at-the-counter" if receipt["due_at"] else "registered"] += 1
        return receipt

    def _settle(self, code: str, owed_minor: int) -> None:
        if owed_minor <= 0:
            return
        if self._diary.done["exempted"]:
            self.collect(code, owed_minor)
            return
        self._desk.act(code, "exemptions", EXEMPTION)
        self._diary.done["exempted"] += 1
        self._diary.money["exempted"] += owed_minor
