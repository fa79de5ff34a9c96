"""Golden data of the register and of a report."""

from __future__ import annotations

from typing import Any

_SAYS = [
    "Chứng thực bản sao từ bản chính",
    "Đăng ký kết hôn có yếu tố nước ngoài",
    "Đăng ký thành lập hộ kinh doanh",
    "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ đô thị",
]
_NAMES = [
    "Lê Văn Ẩn",
    "Công tôn nữ Nguyễn Phước Ngọc Quỳnh Đoan Trang",
    'Công ty TNHH "Ằ & Ữ" <script>',
    '=HYPERLINK("http://x.example")',
]
_FIELDS = [
    "Chứng thực",
    "Hộ tịch",
    "Hộ kinh doanh",
    "Lưu thông hàng hóa trong nước",
    "Hoạt động xây dựng",
    "Bảo trợ xã hội",
    "Người có công",
    "Giáo dục và đào tạo",
    "Văn hóa",
    "Môi trường",
    "Đất đai",
]


def register_row(line: int) -> dict[str, Any]:
    """Return one invented row of the register."""
    at = line % 4
    return {
        "line": line,
        "code": f"000.01.01.H29-261124-{line:04}",
        "procedure": _SAYS[at],
        "sets": 1 + line % 2,
        "applicant": _NAMES[at],
        "contact": "15/4 Nguyễn Thị Minh Khai, phường Bến Nghé, Quận 1; +84903000042",
        "department": ["Phòng Tư pháp", "Phòng Tư pháp", "Phòng Kinh tế", "Phòng Quản lý đô thị"][at],
        "received_at": f"2026-11-24T{7 + line % 10:02}:{line % 60:02}:00+07:00",
        "due_at": "2026-12-15T09:05:00+07:00",
        "result_at": "2026-12-14T16:30:00+07:00" if line % 3 else None,
        "method": ["counter", "post", "electronic"][line % 3],
        "note": None if line % 5 else "Xin lỗi, hẹn lại ngày 05/01/2027",
    }


REGISTER: dict[str, Any] = {
    "volume": "02/2026",
    "period": {"first": "2026-11-01", "last": "2026-11-30"},
    "issued_at": "2026-12-01T08:00:00+07:00",
    "rows": [register_row(line) for line in range(1, 25)],
}


def _figures(at: int) -> list[Any]:
    carried, new, early, on_time, late, waiting, overdue = at, 120 + 7 * at, 60 + at, 50, at % 4, 8, at % 3
    share = None if at == 10 else round(100 * (early + on_time) / (early + on_time + late), 2)
    return [
        carried + new,
        carried,
        new,
        early + on_time + late,
        early,
        on_time,
        late,
        waiting + overdue,
        waiting,
        overdue,
        share,
        15000 * new,
    ]


_LABELS = [
    ("Tổng số", "Tiếp nhận", "count"),
    ("Kỳ trước chuyển qua", "Tiếp nhận", "count"),
    ("Mới trong kỳ", "Tiếp nhận", "count"),
    ("Tổng số", "Đã giải quyết", "count"),
    ("Trước hạn", "Đã giải quyết", "count"),
    ("Đúng hạn", "Đã giải quyết", "count"),
    ("Quá hạn", "Đã giải quyết", "count"),
    ("Tổng số", "Đang giải quyết", "count"),
    ("Trong hạn", "Đang giải quyết", "count"),
    ("Quá hạn", "Đang giải quyết", "count"),
    ("Tỷ lệ đúng hạn", None, "percent"),
    ("Phí, lệ phí (đồng)", None, "amount"),
]
_ROWS = [_figures(at) for at in range(len(_FIELDS))]
_SUMS = [sum(row[at] for row in _ROWS) if at != 10 else 98.71 for at in range(len(_LABELS))]

REPORT: dict[str, Any] = {
    "number": "15/BC-VP",
    "title": "Báo cáo tình hình, kết quả giải quyết hồ sơ thủ tục hành chính",
    "subtitle": "Tháng 11 năm 2026",
    "period": {"first": "2026-10-15", "last": "2026-11-14"},
    "issued_at": "2026-11-16T10:00:00+07:00",
    "columns": [{"label": "STT", "group": None, "kind": "count"}, {"label": "Lĩnh vực", "group": None, "kind": "text"}]
    + [{"label": label, "group": group, "kind": kind} for label, group, kind in _LABELS],
    "rows": [[at, name, *row] for at, (name, row) in enumerate(zip(_FIELDS, _ROWS, strict=True), 1)],
    "sums": [None, "Tổng cộng", *_SUMS],
    "notes": [
        "Hồ sơ tạm dừng (yêu cầu bổ sung, nghĩa vụ tài chính, dừng xử lý) không tính vào quá hạn.",
        "Điều chỉnh sau khi khóa sổ: không có. <script>alert('x')</script>",
    ],
    "officer": {"name": "Đặng Nguyễn Hữu Phước", "title": "CHÁNH VĂN PHÒNG"},
}
