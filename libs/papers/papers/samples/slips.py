"""Golden data of the papers about one dossier."""

from __future__ import annotations

from typing import Any

_SCRIPT = "Bản cam kết <script>alert('x')</script> & \"giấy ủy quyền\""
_PHONE = "028 3829 0000"
_CLERK = {"name": "Trần Thị Quỳnh Hương", "title": None}
_HEAD = {"name": "Đặng Nguyễn Hữu Phước", "title": "CHÁNH VĂN PHÒNG"}
_DOSSIER = {
    "code": "000.01.01.H29-261124-0042",
    "procedure_code": "1.009994",
    "procedure_name": "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ đô thị, trừ công "
    "trình trong khu vực bảo tồn di sản văn hóa",
    "field_name": "Hoạt động xây dựng",
    "applicant": {
        "name": "Công tôn nữ Nguyễn Phước Ngọc Quỳnh Đoan Trang <Cơ sở Ằ, ữ, ỡ & Con>",
        "identity_number": "079188012345",
        "phone": "+84903000042",
        "email": "doan-trang.ngoc-quynh.nguyen-phuoc@thu-dien-tu.example.vn",
        "address": "Căn hộ 12A.05, lô B, chung cư 15/4 - 15/6 đường Nguyễn Thị Minh Khai, khu phố 3, phường Bến Nghé, "
        "Quận 1, Thành phố Hồ Chí Minh",
    },
}
_REPRESENTATIVE = {
    "name": "Nguyễn Phước Bửu Thạch",
    "identity_number": "079085054321",
    "phone": "+84908000017",
    "authorisation": "Giấy ủy quyền số 1234/2026/UQ ngày 20/11/2026, Văn phòng công chứng Bến Thành",
}
_PAPER = {
    "number": "0042/HDHS",
    "issued_at": "2026-11-24T09:07:00+07:00",
    "dossier": _DOSSIER,
    "contact_phone": _PHONE,
    "officer": _CLERK,
}
_COMPONENTS = [
    {"name": "Đơn đề nghị cấp giấy phép xây dựng nhà ở riêng lẻ", "copy": 0, "quantity": 1},
    {
        "name": "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
        "copy": 1,
        "quantity": 1,
    },
    {
        "name": "Bản vẽ mặt bằng công trình trên lô đất tỷ lệ 1/50 - 1/500 kèm theo sơ đồ vị trí công trình",
        "copy": 0,
        "quantity": 2,
    },
    {"name": "Bản vẽ mặt bằng các tầng, các mặt đứng và mặt cắt chính", "copy": 0, "quantity": 2},
    {
        "name": "Bản vẽ mặt bằng móng và mặt cắt móng, sơ đồ đấu nối hệ thống thoát nước, cấp nước, cấp điện",
        "copy": 0,
        "quantity": 2,
    },
    {"name": "Hợp đồng thiết kế và chứng chỉ năng lực của tổ chức thiết kế", "copy": 1, "quantity": 1},
    {"name": "Chứng chỉ hành nghề của chủ nhiệm, chủ trì thiết kế", "copy": 1, "quantity": 3},
    {"name": "Văn bản thẩm duyệt thiết kế về phòng cháy, chữa cháy", "copy": 1, "quantity": 1},
    {"name": "Bản cam kết bảo đảm an toàn đối với công trình liền kề", "copy": 0, "quantity": 1},
    {"name": "Tệp bản vẽ có chữ ký số của tổ chức thiết kế", "copy": 2, "quantity": 14},
    {"name": "Ảnh chụp hiện trạng", "copy": 2, "quantity": 4},
    {"name": _SCRIPT, "copy": 0, "quantity": 1},
]
_FEES = [
    {"name": "Lệ phí cấp giấy phép xây dựng nhà ở riêng lẻ", "amount": 75000, "note": None},
    {"name": "Phí trích lục hồ sơ địa chính", "amount": 30000, "note": "02 bản, 15.000 đồng/bản"},
    {"name": "Phí chứng thực bản sao", "amount": 0, "note": "Miễn: người có công, Giấy chứng nhận số 12/GCN"},
]
_DELIVERY = {"method": "post", "address": _DOSSIER["applicant"]["address"]}  # type: ignore[index]
_REASON = (
    "Bản vẽ mặt bằng móng chưa thể hiện khoảng cách đến móng của công trình liền kề tại số 15/8; diện tích sàn trên bản vẽ"
    " (312,5 m²) khác với đơn đề nghị (321,5 m²); chứng chỉ hành nghề của người chủ trì kết cấu đã hết hạn ngày 30/09/2026"
    " nên chưa đủ điều kiện để thẩm định theo quy định. Kết quả đối chiếu với cơ sở dữ liệu đất đai cho thấy thửa đất số"
    " 42, tờ bản đồ số 7 đang được điều chỉnh ranh giới theo văn bản của Chi nhánh Văn phòng đăng ký đất đai."
)
_BASIS = "khoản 1 Điều 95 và khoản 2 Điều 102 Luật Xây dựng năm 2014; Điều 17 Nghị định số 61/2018/NĐ-CP"

SLIPS: dict[str, dict[str, Any]] = {
    "receipt": _PAPER
    | {
        "language": "en",
        "channel": 1,
        "submitter": _REPRESENTATIVE,
        "components": _COMPONENTS,
        "sets": 2,
        "limit": {"kind": "working_days", "amount": 15},
        "received_at": "2026-11-24T02:05:00Z",
        "due_at": "2026-12-15T09:05:00+07:00",
        "delivery": _DELIVERY,
        "fees": _FEES,
        "book": {"volume": "02/2026", "line": 1042},
        "qr": "https://motcua.example.vn/t/000.01.01.H29-261124-0042/k7d2m5qz3xw6t4ah7ypn2cvs3e"
        "?h=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "history_head": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "supplement-request": _PAPER
    | {
        "requests": [
            "Bản vẽ mặt bằng móng và mặt cắt móng thể hiện khoảng cách đến công trình liền kề (02 bản chính)",
            "Đơn đề nghị cấp giấy phép xây dựng ghi lại diện tích sàn đúng với bản vẽ",
            "Chứng chỉ hành nghề còn hiệu lực của người chủ trì thiết kế kết cấu (01 bản sao)",
            _SCRIPT,
        ],
        "reason": _REASON,
        "legal_basis": _BASIS,
        "due_at": "2026-12-08T17:00:00+07:00",
    },
    "refusal": _PAPER | {"reason": f"{_REASON} {_SCRIPT}", "legal_basis": _BASIS},
    "apology": _PAPER
    | {
        "number": "07/PXL",
        "officer": _HEAD,
        "received_at": "2026-11-24T09:05:00+07:00",
        "original_due_at": "2026-12-15T09:05:00+07:00",
        "new_due_at": "2027-01-05T16:30:00+07:00",
        "reason": f"{_REASON} {_SCRIPT}",
        "responsible": "Phòng Quản lý đô thị",
    },
    "suspension": _PAPER
    | {
        "officer": _HEAD,
        "received_at": "2026-11-24T09:05:00+07:00",
        "suspended_at": "2026-12-01T10:15:00+07:00",
        "reason": f"{_REASON} {_SCRIPT}",
        "legal_basis": _BASIS,
        "resumes_when": "có văn bản xác nhận ranh giới thửa đất của Chi nhánh Văn phòng đăng ký đất đai",
    },
    "fee-notice": _PAPER
    | {
        "fees": _FEES,
        "pay_by": "2026-12-01T17:00:00+07:00",
        "ways": [
            "Tiền mặt tại quầy thu phí của Bộ phận Tiếp nhận và Trả kết quả, trong giờ làm việc",
            "Chuyển khoản, ghi mã tham chiếu trong nội dung chuyển tiền",
            _SCRIPT,
        ],
        "reference": "HS261124-0042",
    },
    "fee-receipt": _PAPER
    | {
        "number": "0001234",
        "payer": 'Nguyễn Phước Bửu Thạch & <Công ty TNHH Một thành viên "Bửu Thạch">',
        "paid_at": "2026-11-24T09:06:00+07:00",
        "method": "transfer",
        "fees": [*_FEES, {"name": _SCRIPT, "amount": 1000000, "note": None}],
    },
    "withdrawal": _PAPER
    | {
        "withdrawn_by": _REPRESENTATIVE,
        "withdrawn_at": "2026-11-30T14:20:00+07:00",
        "reason": _SCRIPT,
        "returned": _COMPONENTS,
    },
    "return-slip": _PAPER
    | {
        "recipient": _REPRESENTATIVE,
        "returned_at": "2026-12-14T10:40:00+07:00",
        "due_at": "2026-12-15T09:05:00+07:00",
        "delivery": {"method": "counter", "address": None},
        "results": [
            {"title": "Giấy phép xây dựng nhà ở riêng lẻ", "number": "1234/GPXD", "quantity": 1},
            {"title": "Bản vẽ thiết kế đã đóng dấu thẩm định", "number": None, "quantity": 14},
            {"title": _SCRIPT, "number": None, "quantity": 1},
        ],
    },
    "control-slip": _PAPER
    | {
        "received_at": "2026-11-24T09:05:00+07:00",
        "due_at": "2026-12-15T09:05:00+07:00",
        "hops": [
            {
                "giver_body": giver_body,
                "giver": giver,
                "taker_body": taker_body,
                "taker": taker,
                "at": at,
                "result": result,
                "note": note,
            }
            for giver_body, giver, taker_body, taker, at, result, note in (
                (
                    "Người nộp hồ sơ",
                    "Nguyễn Phước Bửu Thạch",
                    "Bộ phận Tiếp nhận và Trả kết quả",
                    "Trần Thị Quỳnh Hương",
                    "2026-11-24T09:05:00+07:00",
                    None,
                    "Qua người được ủy quyền",
                ),
                (
                    "Bộ phận Tiếp nhận và Trả kết quả",
                    "Trần Thị Quỳnh Hương",
                    "Phòng Quản lý đô thị",
                    "Lê Hoàng Vũ",
                    "2026-11-24T15:42:00+07:00",
                    "on_time",
                    None,
                ),
                (
                    "Phòng Quản lý đô thị",
                    "Lê Hoàng Vũ",
                    "Bộ phận Tiếp nhận và Trả kết quả",
                    "Trần Thị Quỳnh Hương",
                    "2026-12-01T10:15:00+07:00",
                    "early",
                    f"Yêu cầu bổ sung. {_SCRIPT}",
                ),
                (
                    "Bộ phận Tiếp nhận và Trả kết quả",
                    "Trần Thị Quỳnh Hương",
                    "Phòng Quản lý đô thị",
                    "Lê Hoàng Vũ",
                    "2026-12-03T08:30:00+07:00",
                    "on_time",
                    "Hồ sơ bổ sung đầy đủ; tạm dừng 02 ngày làm việc",
                ),
                (
                    "Phòng Quản lý đô thị",
                    "Lê Hoàng Vũ",
                    "Văn phòng HĐND và UBND (Tổ Tổng hợp)",
                    "Phạm Ngọc Ánh Tuyết",
                    "2026-12-14T16:55:00+07:00",
                    "late",
                    "Quá 03 giờ 25 phút",
                ),
                (
                    "Văn phòng HĐND và UBND (Tổ Tổng hợp)",
                    "Phạm Ngọc Ánh Tuyết",
                    "Bộ phận Tiếp nhận và Trả kết quả",
                    None,
                    "2026-12-15T08:10:00+07:00",
                    None,
                    None,
                ),
            )
        ],
    },
}
