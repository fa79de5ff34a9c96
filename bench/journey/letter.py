"""The e-mail of both floors: the one that notify sends, with its texts in place."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

TEXT = """\
Kính gửi Nguyễn Thị Thí Dụ,

Hồ sơ của Ông/Bà đã được tiếp nhận lúc 08:10 23/08/2018.
Ngày hẹn trả kết quả: 17:00 28/08/2018.
Tra cứu tại http://127.0.0.1:8080 bằng mã hồ sơ và mã tra cứu in trên giấy tiếp nhận.

Mã hồ sơ: 000.01.01.H29-180823-0001
Thủ tục: Đăng ký thành lập hộ kinh doanh

Bộ phận Tiếp nhận và Trả kết quả
Văn phòng HĐND và UBND Quận 1
"""


def send(port: int, journey: str, occasion: str) -> None:
    """Hand one e-mail about ``occasion`` to the mail server of this machine."""
    mail = EmailMessage()
    mail["From"] = "motcua@localhost"
    mail["To"] = "nguyen.thi.thi.du@example.org"
    mail["Subject"] = f"[000.01.01.H29-180823-0001] Hồ sơ đã được tiếp nhận ({occasion})"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{journey}.{occasion}@localhost>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(TEXT)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(mail)
