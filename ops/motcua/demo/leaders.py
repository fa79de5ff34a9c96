"""Who lets the clock stand or run on, and who signs for a new appointment."""

from __future__ import annotations

from motcua.demo.desk import Client, Desk
from motcua.demo.diary import Diary

PROCESSING, FEE_ASKED, STOPPED = 4, 6, 8
LAW = "Nghị định 61/2018/NĐ-CP Điều 19"


def stop_one(desk: Desk, diary: Diary) -> None:
    """Stop the clock of a dossier in work, for a reason that lies with neither the person nor the department."""
    for dossier in desk.dossiers(PROCESSING):
        desk.act(
            dossier["code"], "pauses", {"cause": "stopped", "reason": "Chờ kết luận thanh tra", "legal_basis": LAW}
        )
        diary.done["stopped"] += 1
        return


def resume_all(desk: Desk, diary: Diary) -> None:
    """Let every clock that was stopped so run on."""
    for dossier in list(desk.dossiers(STOPPED)):
        desk.act(dossier["code"], "resumption", {"reason": "Đã có kết luận thanh tra"})
        diary.done["resumed"] += 1


def pause_for_a_fee(desk: Desk, diary: Diary) -> None:
    """Stop the clock of a dossier in work whose fee is owed; its payment lets the clock run on."""
    for dossier in desk.dossiers(PROCESSING):
        if dossier["account"]["owed_minor"] > 0:
            why = {"cause": "fee", "reason": "Chưa nộp phí, lệ phí", "legal_basis": LAW}
            desk.act(dossier["code"], "pauses", why)
            diary.done["paused-for-fee"] += 1
            return


def sign_apologies(deputy: Client, diary: Diary) -> None:
    """Sign every apology that the forecast has drafted, before the appointment passes."""
    for state in (2, PROCESSING):
        for dossier in list(deputy.dossiers(state)):
            if dossier["apology"]:
                why = {"reason": "Hồ sơ phức tạp, cần xác minh thêm"}
                deputy.act(dossier["code"], "apology/signature", why)
                diary.done["apologies-signed"] += 1
