"""Names as often as Vietnamese people have them, and the numbers that go with them."""

from __future__ import annotations

from random import Random

#: Surnames, in per mille of the Kinh (published frequency lists agree on the order and roughly on the shares).
_FAMILY = {
    "Nguyễn": 384, "Trần": 121, "Lê": 95, "Phạm": 70, "Huỳnh": 30, "Hoàng": 21, "Phan": 45, "Vũ": 20, "Võ": 19,
    "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Trương": 15, "Đinh": 10, "Lâm": 9,
    "Mai": 9, "Đào": 9, "Trịnh": 8, "Tô": 6, "Cao": 6, "Châu": 5, "Quách": 3, "Tạ": 4, "Thái": 4, "La": 2, "Kiều": 2,
}  # fmt: skip
_MIDDLE_F = {"Thị": 640, "Ngọc": 80, "Thanh": 50, "Kim": 40, "Minh": 30, "Thu": 40, "Mỹ": 25, "Bích": 20, "Hoài": 15}
_MIDDLE_M = {"Văn": 480, "Đức": 70, "Hữu": 60, "Minh": 70, "Quang": 50, "Thanh": 60, "Quốc": 50, "Công": 40, "Xuân": 30}
_GIVEN_F = (
    "Mai Lan Hoa Hương Hồng Linh Trang Thảo Phương Nga Hà Hạnh Hiền Thủy Yến Oanh Vân Ngọc Nhung Anh Chi Dung Diệp Hằng Huệ"
    " Khánh Kiều Loan Ly My Ngân Nguyệt Nhi Quyên Quỳnh Tâm Thắm Thoa Thư Trâm Trinh Tuyết Uyên Vy Xuân Giang Bình Châu Đào"
)
_GIVEN_M = (
    "Anh Bảo Bình Chiến Cường Dũng Duy Đạt Đông Đức Giang Hải Hiếu Hòa Hoàng Hùng Huy Hưng Khang Khoa Kiên Lâm Long"
    " Lộc Mạnh Minh Nam Nghĩa Nhân Phát Phong Phúc Quân Quang Quý Sơn Tài Tâm Thành Thắng Thiện Thịnh Tiến Toàn Trí Trung"
    " Tuấn Tùng Việt"
)


def name(random: Random) -> str:
    """Return a person's full name: surname, middle name, given name; a third have two given names."""
    middles, given = (_MIDDLE_F, _GIVEN_F.split()) if random.random() < 0.5 else (_MIDDLE_M, _GIVEN_M.split())
    parts = [_one(random, _FAMILY), _one(random, middles)]
    if random.random() < 0.33:
        parts.append(random.choice(given))
    return " ".join([*parts, random.choice(given)])


def identity_number(random: Random) -> str:
    return f"079{random.randrange(10**9):09d}"


def phone(random: Random) -> str:
    return f"{random.choice(('090', '091', '098', '037', '086'))}{random.randrange(10**7):07d}"


def _one(random: Random, shares: dict[str, int]) -> str:
    (found,) = random.choices(list(shares), list(shares.values()))
    return found
