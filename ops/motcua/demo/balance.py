"""What happened, and whether it balances: each line is counted in two places that do not know of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.demo.books import Books, gapless
from motcua.demo.diary import Diary
from motcua.demo.online import digest_of
from motcua.demo.watch import Watch
from motcua.stack import Stack

REFUSED, WITHDRAWN, RETURNED = 3, 7, 10
ONLINE, POST = 2, 3
#: Why intake lets a clock run on by itself.
FEE_PAID = "Đã nộp phí, lệ phí"

#: What a person hears of, by e-mail.
OCCASIONS = {
    "submitted": ("đã nộp, chờ xem", "submitted"),
    "received": ("đã tiếp nhận", "received"),
    "corrected": ("tiếp nhận lại cho đúng", "corrected"),
    "supplement-asked": ("yêu cầu bổ sung", "supplement asked"),
    "refused": ("từ chối", "refused"),
    "withdrawn": ("đã rút", "withdrawn"),
    "paused": ("tạm dừng", "clock stopped"),
    "resumed": ("tiếp tục", "clock runs on"),
    "rescheduled": ("xin lỗi và hẹn lại", "apology, new appointment"),
    "overdue": ("quá hạn", "overdue"),
    "resolved": ("đã có kết quả", "resolved"),
    "result-waiting": ("kết quả chờ nhận", "result waits"),
    "result-kept": ("kết quả được lưu", "result kept"),
    "reopened": ("làm lại kết quả", "result made anew"),
}


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


def balance(stack: Stack, watch: Watch, diary: Diary, expected: Mapping[str, Any]) -> list[Line]:
    """Return every figure of the played day beside what it must be.

    Args:
        diary: what those who came know themselves.
        expected: ``expected.json`` of the cases: how many lines there are, how many can be registered.
    """
    books = Books.read(stack, watch)
    parts = (_dossiers(books, diary, expected), _acts(books, diary), _money(books, diary), _papers(books, diary))
    others = (_people(books, diary), _figures(books, diary), _mails(books))
    return [line for part in (*parts, *others) for line in part]


def _dossiers(books: Books, diary: Diary, expected: Mapping[str, Any]) -> Iterator[Line]:
    codes = [row["code"].rpartition("-") for row in books.dossiers]
    numbers = [(day, int(number)) for day, _, number in codes]
    received = [row for row in books.dossiers if row["deadline"]]
    yield Line("Hồ sơ đã vào sổ", "Registered", len(books.dossiers), expected["valid"])
    yield Line("Mã hồ sơ khác nhau, liền số", "Codes: distinct, no gap", gapless(numbers), expected["valid"])
    yield Line("Phường gửi sai, có nêu lý do", "Wards' faulty ones, told why", books.rejections, expected["invalid"])
    yield Line("Nộp trực tuyến", "Handed in online", _of_channel(books, ONLINE), diary.done["own-dossiers"])
    yield Line("Gửi qua bưu chính", "Come by post", _of_channel(books, POST), diary.done["by-post"])
    yield Line("Phân công cho phòng ban", "Assigned to departments", books.assignments, len(received))
    resolved = [row for row in books.dossiers if row["resolution"]]
    late = sum(not row["resolution"]["on_time"] for row in resolved)
    passed = sum(map(_passed, resolved))
    yield Line("Có kết quả đúng hạn", "Resolved on time", len(resolved) - late, len(resolved) - passed)
    yield Line("Có kết quả trễ hạn", "Resolved late", late, passed)
    yield Line("Đã trả kết quả", "Returned to the person", books.status(RETURNED), len(diary.handed))
    yield Line("Từ chối bằng văn bản", "Refused in writing", books.status(REFUSED), diary.done["refused"])
    yield Line("Người nộp rút", "Withdrawn by the person", books.status(WITHDRAWN), diary.done["withdrawn"])
    kept = sum(row["kept_at"] is not None for row in books.dossiers)
    yield Line("Không đến nhận, được lưu", "Never fetched, kept", kept, books.tracked["dossier.result-kept.v1"])
    ended = books.status(RETURNED, REFUSED, WITHDRAWN) + kept
    yield Line("Hồ sơ đã đến cuối đường", "Dossiers at their end", ended, len(books.dossiers))


def _of_channel(books: Books, channel: int) -> int:
    return sum(row["receipt"]["channel"] == channel for row in books.dossiers)


def _passed(row: Mapping[str, Any]) -> bool:
    """Whether the result came when the appointment had passed; while the clock stands none passes."""
    last = row["deadline"][-1]
    return bool(last["kind"] != "pause" and row["resolution"]["at"] >= last["due_at"])


def _acts(books: Books, diary: Diary) -> Iterator[Line]:
    done, tracked = diary.done, books.tracked
    told = sum(len(row["supplements"]) for row in books.dossiers)
    yield Line("Đã bổ sung theo yêu cầu", "Supplemented as asked", told, done["supplemented"])
    yield Line("Sửa thủ tục, cùng mã hồ sơ", "Corrected, same code", tracked["dossier.corrected.v1"], done["corrected"])
    paused = done["stopped"] + done["paused-for-fee"]
    yield Line("Dừng tính giờ", "Clock stopped", tracked["dossier.paused.v1"], paused)
    yield Line("Tính giờ tiếp", "Clock runs on", tracked["dossier.resumed.v1"], books.history["dossier.paused.v1"])
    by_fee = sum(entry["reason"] == FEE_PAID for row in books.dossiers for entry in row["deadline"])
    yield Line("Tính giờ tiếp vì đã nộp phí", "Clock runs on, fee paid", by_fee, done["paused-for-fee"])
    signed = sum(paper["kind"] == "apology" and paper["by"] == "deputy" for paper in books.papers())
    yield Line("Xin lỗi trước hạn, đã ký", "Apologies foretold, signed", signed, done["apologies-signed"])
    again = sum(len(row["resolutions"]) for row in books.dossiers)
    reminded = [row for row in books.dossiers if row["reminders"] and row["returned"]]
    fetched = done["collected-after-reminder"]
    yield Line("Đến nhận sau khi được nhắc", "Fetched after a reminder", len(reminded), fetched)
    yield Line("Làm lại kết quả sai", "Wrong results made anew", again, done["reopened"])
    yield Line("Trả qua bưu chính", "Sent back by post", _handed(books, "post"), done["handed-post"])
    yield Line("Trả bản điện tử", "Sent electronically", _handed(books, "electronic"), done["handed-electronic"])
    heard, written = books.tracked, books.history
    yield Line(
        "Việc trong sổ, trang tra cứu nghe",
        "Acts heard by tracking",
        (heard & written).total(),
        (heard | written).total(),
    )


def _handed(books: Books, method: str) -> int:
    return sum((row["returned"] or {}).get("method") == method for row in books.dossiers)


def _money(books: Books, diary: Diary) -> Iterator[Line]:
    counter, providers = books.paid(counter=True), books.paid(counter=False)
    outcomes = books.provider.outcomes
    yield Line("Biên lai tại quầy", "Receipts at the counter", len(counter), diary.done["paid"])
    yield Line("Thu tại quầy (đồng)", "Paid at the counter (đồng)", sum(counter), diary.money["counter"])
    yield Line("Thu qua kho bạc", "Payments by the treasury", len(providers), outcomes["recorded"])
    yield Line("Thu qua kho bạc (đồng)", "Paid there (đồng)", sum(providers), books.provider.recorded_minor)
    yield Line("Miễn (đồng)", "Exempted (đồng)", books.sum_of("exemptions"), diary.money["exempted"])
    settled = books.sum_of("payments") + books.sum_of("exemptions")
    yield Line("Đã thu và miễn / phải thu", "Settled / owed (đồng)", settled, books.sum_of("lines"))
    cleared = sum(row["cleared"] is not None for row in books.kept)
    yield Line("Tiền không khớp, đã xử lý", "Stray money, cleared", cleared, outcomes["kept"])


def _papers(books: Books, diary: Diary) -> Iterator[Line]:
    papers = books.papers()
    numbers = [paper["number"].split("/") for paper in papers if paper["number"]]
    series = [(f"{name} {year}", int(number)) for number, year, name in numbers]
    pdf = sum(file.read_bytes().startswith(b"%PDF") for kind, file in diary.printed.items() if kind != "copy")
    yield Line("Số phiếu liền nhau", "Numbers of papers, no gap", gapless(series), len(numbers))
    # the control slip follows every dossier and is no paper of its own
    yield Line("Loại phiếu đã in thành PDF", "Kinds of paper printed", pdf, len({row["kind"] for row in papers}) + 1)
    copies = sum(paper["prints"] > 1 for paper in papers)
    yield Line(
        "In lại, đánh dấu bản sao", "Printed again, as a copy", copies, sum(kind == "copy" for kind in diary.printed)
    )
    digests = {row["sha256"] for row in books.attachments if row.get("dossier_id")}
    sent = {digest_of(case) for case in diary.persons.values() if "story" in case}
    yield Line("Tệp đính kèm, đúng mã băm", "Files attached, same digest", len(digests & sent), diary.done["online"])


def _people(books: Books, diary: Diary) -> Iterator[Line]:
    done = diary.done
    evaluated = sum(row["evaluation"] is not None for row in books.dossiers)
    yield Line("Phiếu đánh giá", "Evaluated by the person", evaluated, done["evaluated"])
    yield Line("Mã QR khớp quá trình hồ sơ", "QR fits the history", done["qr-fits"], done["qr-checked"])
    yield Line("Tìm thấy theo tên, số định danh", "Found by name and number", done["found"], done["searched"])
    yield Line("Thủ tục sửa bằng bảng tính", "Procedures by spreadsheet", done["procedures-changed"], done["posted"])


def _figures(books: Books, diary: Diary) -> Iterator[Line]:
    done = diary.done
    refused, withdrawn = books.status(REFUSED), books.status(WITHDRAWN)
    yield Line("Báo cáo tháng: tiếp nhận", "Monthly report: received", done["report-received"], len(books.dossiers))
    yield Line("Báo cáo tháng: từ chối", "Monthly report: refused", done["report-refused"], refused)
    yield Line("Báo cáo tháng: đã rút", "Monthly report: withdrawn", done["report-withdrawn"], withdrawn)
    ends = sum(done[f"report-{column}"] for column in ("resolved", "refused", "withdrawn", "pending"))
    yield Line("Báo cáo tháng: cộng lại đúng", "Monthly report: adds up", ends, done["report-total"])
    yield Line("Sổ theo dõi (xlsx), số mã", "Register (xlsx), codes", done["registered-on-sheet"], len(books.dossiers))
    yield Line(
        "Phường nghe về hồ sơ của mình", "A ward's list of changes", done["changed-of-ward"], done["accepted-of-ward"]
    )


def _mails(books: Books) -> Iterator[Line]:
    for word, (vi, en) in OCCASIONS.items():
        occasion = f"dossier.{word}.v1"
        owed = books.history[occasion] - books.replaced[occasion]
        yield Line(f"Thư: {vi}", f"E-mail: {en}", books.told[occasion], owed)
    yield Line("Thư mà máy chủ thư nhận", "E-mails at the mail server", books.mails.total(), books.told.total())
    yield Line("Thư trùng", "E-mails doubled", books.mails.total() - len(books.mails), 0)
    yield Line("Thông điệp bị giữ lại", "Messages parked", books.parked, 0)
