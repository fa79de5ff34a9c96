"""What happened, and whether it balances: each line is counted in two places that do not know of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.demo.watch import Watch
from motcua.stack import Stack

RECEIVED, SUPPLEMENT, RESCHEDULED, OVERDUE, RESOLVED = (
    f"dossier.{word}.v1" for word in ("received", "supplement-asked", "rescheduled", "overdue", "resolved")
)


@dataclass(frozen=True)
class Line:
    """One figure: what was counted, and what it must be."""

    vi: str
    en: str
    counted: int
    expected: int

    @property
    def holds(self) -> bool:
        return self.counted == self.expected


def balance(stack: Stack, watch: Watch, expected: Mapping[str, Any]) -> list[Line]:
    """Return every figure of the played day beside what it must be.

    Args:
        expected: ``expected.json`` of the cases: how many lines there are, how many can be registered.
    """
    dossiers = list(watch.dossiers.find())
    codes = sorted(row["code"] for row in dossiers)
    kinds = Counter(entry["kind"] for row in dossiers for entry in row["deadline"])
    late = sum(not row["resolution"]["on_time"] for row in dossiers if row["resolution"])
    overdue = sum(row["overdue_for"] is not None for row in dossiers)
    resolutions = [(row["resolution"], row["deadline"][-1]["due_at"]) for row in dossiers if row["resolution"]]
    resolved, passed = len(resolutions), sum(found["at"] >= due_at for found, due_at in resolutions)
    told = Counter(row["occasion"] for row in watch.notices.find({"state": "sent"}))
    ids = Counter(mail.message_id for mail in stack.mailbox.messages())
    events = {RECEIVED: len(dossiers), SUPPLEMENT: kinds["pause"], RESCHEDULED: kinds["extend"], OVERDUE: overdue}
    mails = sum(events.values()) + resolved
    parked = watch.parked()
    return [
        Line("Hồ sơ đã tiếp nhận", "Received", len(dossiers), expected["valid"]),
        Line("Mã hồ sơ khác nhau, liền số", "Codes: distinct, no gap", _gapless(codes), expected["valid"]),
        Line(
            "Bị từ chối, có nêu lý do",
            "Refused with reasons",
            watch.rejections.count_documents({}),
            expected["invalid"],
        ),
        Line(
            "Phân công cho phòng ban", "Assigned to departments", watch.assignments.count_documents({}), len(dossiers)
        ),
        Line("Đã bổ sung rồi tiếp tục", "Supplemented and resumed", kinds["resume"], kinds["pause"]),
        Line("Đã hẹn lại", "Rescheduled with apology", told[RESCHEDULED], kinds["extend"]),
        Line("Có kết quả đúng hạn", "Resolved on time", resolved - late, len(dossiers) - passed),
        Line("Có kết quả trễ hạn", "Resolved late", late, passed),
        Line("Đã trả kết quả", "Returned to the person", sum(row["status"] == 10 for row in dossiers), len(dossiers)),
        Line("Thư: đã tiếp nhận", "E-mail: received", told[RECEIVED], events[RECEIVED]),
        Line("Thư: yêu cầu bổ sung", "E-mail: supplement asked", told[SUPPLEMENT], events[SUPPLEMENT]),
        Line("Thư: quá hạn", "E-mail: overdue", told[OVERDUE], events[OVERDUE]),
        Line("Thư: đã có kết quả", "E-mail: resolved", told[RESOLVED], resolved),
        Line("Thư mà máy chủ thư nhận", "E-mails at the mail server", sum(ids.values()), mails),
        Line("Thư trùng", "E-mails doubled", sum(times - 1 for times in ids.values()), 0),
        Line("Thông điệp bị giữ lại", "Messages parked", sum(parked.values()), 0),
    ]


def _gapless(codes: list[str]) -> int:
    """Return how many codes there are if each day's numbers run from 1 without gap or twin, else the first wrong place."""
    by_day: dict[str, list[int]] = {}
    for code in codes:
        day, _, digits = code.rpartition("-")
        by_day.setdefault(day, []).append(int(digits))
    for numbers in by_day.values():
        for place, number in enumerate(sorted(numbers), start=1):
            if place != number:
                return place
    return len(codes)
