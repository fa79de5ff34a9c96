"""Online: a citizen writes drafts, uploads a file and sends them in; the desk takes on, asks, refuses."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from motcua.demo.desk import Client, Desk
from motcua.demo.diary import Diary

LAW = "Nghị định 61/2018/NĐ-CP Điều 17"
#: Where a connection breaks in the middle of a file, in bytes; the upload goes on from there.
BREAK_AT = 100


class Citizen(Client):
    """A person with an account."""

    def hand_in(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        """Write a draft in three steps and send it in; return the receipt."""
        begun = {name: case[name] for name in ("procedure", "applicant")}
        draft = self.post("/api/drafts", {"submission": begun}, f"{key}-begun")["draft"]
        self._save(draft, {**begun, "components": case["components"]}, f"{key}-papers")
        content = small_pdf(case["applicant"]["identity_number"])
        first, *others = case["components"]
        files = {**first, "attachments": [{"id": self.upload(f"{first['code']}.pdf", content, f"{key}-file")}]}
        whole = {**begun, "components": [files, *others]}
        whole |= {name: case[name] for name in ("delivery", "note") if name in case}
        self._save(draft, whole, f"{key}-file")
        return self.post(f"/api/drafts/{draft}/submission", None, f"{key}-sent")

    def _save(self, draft: str, submission: dict[str, Any], key: str) -> None:
        self.send("PUT", f"/api/drafts/{draft}", json={"submission": submission}, headers={"Idempotency-Key": key})

    def upload(self, name: str, content: bytes, key: str) -> str:
        """Upload a file by the tus protocol in two pieces, as after a broken connection; return its id."""
        tus = {"Tus-Resumable": "1.0.0"}
        told = f"filename {base64.b64encode(name.encode()).decode()}"
        announced = {**tus, "Upload-Length": str(len(content)), "Upload-Metadata": told, "Idempotency-Key": key}
        place = self.send("POST", "/api/uploads", headers=announced).headers["Location"]
        for piece in (content[:BREAK_AT], content[BREAK_AT:]):
            offset = self.send("HEAD", place, headers=tus).headers["Upload-Offset"]
            sent = {**tus, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
            self.send("PATCH", place, data=piece, headers=sent)
        return place.rpartition("/")[2]


class Online:
    """What comes online on the played day, and what the desk makes of it."""

    def __init__(self, citizen: Citizen, desk: Desk, diary: Diary) -> None:
        self._citizen, self._desk, self._diary = citizen, desk, diary
        self._open: list[tuple[str, dict[str, Any]]] = []

    def hand_in(self, cases: list[dict[str, Any]]) -> None:
        """Send every case in; the person takes one back."""
        for number, case in enumerate(cases):
            receipt = self._citizen.hand_in(case, f"online-{number}")
            code = receipt["code"]
            self._diary.receipts[code], self._diary.persons[code] = receipt, case
            self._diary.done["online"] += 1
            if case["story"] == "withdrawn":
                self._citizen.act(code, "withdrawal", {"reason": "Tôi sẽ nộp lại sau khi bổ sung giấy tờ"})
                self._diary.done["withdrawn"] += 1
            else:
                self._open.append((code, case))

    def look(self) -> None:
        """The desk looks at what came in."""
        for code, case in self._open:
            if case["story"] == "refused":
                why = {"reason": "Không thuộc thẩm quyền giải quyết của quận", "legal_basis": LAW}
                self._desk.act(code, "refusal", why)
                self._diary.done["refused"] += 1
                continue
            if case["story"] == "supplemented":
                items = [f"Giấy tờ còn thiếu: {paper['code']}" for paper in case["later"]]
                asked = {"reason": "Hồ sơ chưa đủ thành phần", "legal_basis": LAW, "items": items}
                self._desk.act(code, "supplement-requests", asked)
                self._citizen.act(code, "supplements", {"components": case["later"]})
                self._diary.done["supplemented"] += 1
            self._desk.act(code, "reception", {})
            self._diary.done["taken-on"] += 1

    def own(self) -> int:
        """Return how many dossiers the person finds under the own account."""
        page = self._citizen.get("/api/dossiers", limit=200)
        return len(page["items"])


def small_pdf(text: str) -> bytes:
    """Return a whole PDF file of one page that bears a line of ASCII."""
    drawn = f"BT /F1 12 Tf 72 770 Td ({text}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{part}\nendobj\n"
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size, start = len(parts) + 1, len(content)
    content += f"xref\n0 {size}\n0000000000 65535 f \n{rows}"
    content += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return content.encode("ascii")


def digest_of(case: dict[str, Any]) -> str:
    """Return the SHA-256 of the file that goes with a case."""
    return hashlib.sha256(small_pdf(case["applicant"]["identity_number"])).hexdigest()
