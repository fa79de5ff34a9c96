"""Make the cases of the played day: who comes to the two wards and the counter, writes online or by post, with what papers.

    python infra/demo/make_cases.py            # writes infra/demo/cases/

The same catalogue and seed give the same files, byte for byte; they are committed, and a test makes them again.
Nobody in them exists: names are put together at random, house numbers lie beyond the end of each street, telephone
numbers (+84 000 ...) and identity numbers (000 ...) are in ranges that are not assigned, e-mail goes to example.org
and example.com (RFC 2606). ``submitted_at`` is left out: a case is submitted when it is pushed.
"""

from __future__ import annotations

import argparse
import json
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SEED = 26734
#: Good cases by origin: together the five hundred dossiers of the day.
GOOD = {"26734": 190, "26737": 190, "counter": 115, "online": 4, "post": 1}
#: What becomes of each online case: taken on as it is, completed first, refused, or taken back by the person.
STORIES = ("received", "supplemented", "refused", "withdrawn")
UNKNOWN_PROCEDURE = "9.999999"

#: How often each procedure is asked for: certification and civil status fill the counters of a real district.
WEIGHTS = {
    "2.000815": 26, "2.000884": 10, "2.001008": 3, "2.000992": 5, "2.000942": 2, "2.000528": 2, "2.000806": 3,
    "2.000748": 4, "2.002189": 1, "2.000635": 9, "1.001766": 1, "1.001612": 9, "2.000720": 4, "1.001570": 2,
    "1.001266": 2, "2.000575": 1, "2.000620": 2, "2.000181": 1, "1.009994": 5, "1.009996": 1, "1.009997": 1,
    "1.001776": 2, "1.001731": 2, "2.002481": 2, "1.000903": 1, "1.010723": 1,
}  # fmt: skip
BUSINESS = {"1.001612", "2.000720", "1.001570", "1.001266", "2.000575", "2.000620", "2.000181", "1.000903", "1.010723"}
FOREIGN = {"2.000528", "2.000806", "1.001766"}

FAMILY = ["Nguyễn"] * 12 + ["Trần"] * 5 + ["Lê"] * 4 + ["Phạm"] * 3 + ["Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng"] * 2
FAMILY += ["Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Mai", "Lâm"]
WOMEN = (
    ["Thị", "Ngọc", "Thị Thu", "Thị Mỹ", "Kim", "Thanh", "Bích", "Thị Hồng"],
    ["Hường", "Lan", "Hạnh", "Phượng", "Tuyết", "Trâm", "Quỳnh", "Thảo", "Diễm", "Hiền", "Ánh", "Nguyệt", "Ý"],
)
MEN = (
    ["Văn", "Hữu", "Đức", "Minh", "Quốc", "Thành", "Đình", "Gia"],
    ["Hùng", "Dũng", "Đạt", "Tuấn", "Khải", "Nghĩa", "Phúc", "Thịnh", "Sỹ", "Trường", "Vương", "Bảo", "Lượng"],
)
GUESTS = ["Anna Müller", "Kenji Satō", "María Núñez", "John O’Neill", "François Lefèvre", "Park Ji-woo"]

STREETS = {
    "26734": ["Trần Quang Khải", "Hai Bà Trưng", "Đinh Công Tráng", "Nguyễn Hữu Cầu", "Thạch Thị Thanh", "Bà Lê Chân"],
    "26737": ["Đinh Tiên Hoàng", "Nguyễn Bỉnh Khiêm", "Mạc Đĩnh Chi", "Phan Kế Bính", "Nguyễn Văn Giai", "Phan Liêm"],
    "26740": ["Tôn Đức Thắng", "Đồng Khởi", "Lý Tự Trọng", "Thái Văn Lung"],
    "26743": ["Lê Thánh Tôn", "Thủ Khoa Huân", "Trương Định"],
    "26746": ["Nguyễn Thái Bình", "Ký Con", "Calmette"],
    "26749": ["Bùi Viện", "Đề Thám", "Phạm Ngũ Lão"],
    "26752": ["Cô Bắc", "Nguyễn Cư Trinh", "Trần Hưng Đạo"],
    "26755": ["Cô Giang", "Hồ Hảo Hớn"],
    "26758": ["Cống Quỳnh", "Nguyễn Trãi", "Trần Đình Xu"],
    "26761": ["Võ Văn Kiệt", "Nguyễn Cảnh Chân", "Trần Đình Xu"],
}
TRADES = ["Cà phê", "Tạp hóa", "Quán ăn", "Tiệm may", "Hiệu sách", "Tiệm tóc", "Sửa chữa điện", "Bánh mì"]
NOTES = [
    "Người nộp đề nghị nhận kết quả vào buổi chiều.",
    "Nộp thay theo giấy ủy quyền kèm theo.",
    "Đề nghị liên hệ qua thư điện tử khi có kết quả.",
    "Cần kết quả để bổ sung hồ sơ xin học.",
]


@dataclass(frozen=True, slots=True)
class Paper:
    """A component that a procedure asks for."""

    code: str
    copy: int
    quantity: int
    required: bool


Catalogue = dict[str, list[Paper]]


def read_catalogue(office: Path) -> Catalogue:
    """Return the papers of each district procedure in force without end.

    Raises:
        KeyError: a procedure of ``WEIGHTS`` is not among them.
    """
    rows = yaml.safe_load((office / "procedures.yaml").read_text(encoding="utf-8"))["procedures"]
    catalogue = {
        row["code"]: [_paper(rule) for rule in row["components"]]
        for row in rows
        if row["valid_to"] is None and row["level"] == "district" and row["valid_from"] < date(2026, 1, 1)
    }
    return {code: catalogue[code] for code in WEIGHTS}


def _paper(rule: dict[str, Any]) -> Paper:
    originals, copies = rule.get("originals", 0), rule.get("copies", 0)
    return Paper(rule["code"], 0 if originals else 1, originals or copies, rule["required"])


class Town:
    """Draws people and their cases; every draw comes from one seeded source."""

    def __init__(self, catalogue: Catalogue, wards: dict[str, str], seed: int = SEED) -> None:
        self._catalogue, self._wards = catalogue, wards
        self._random = random.Random(seed)  # noqa: S311 - made-up people are no secret
        self._people = 0

    def case(self, origin: str) -> dict[str, Any]:
        """Return one good case of a ward (its code) or of what comes to the office itself."""
        draw = self._random
        procedure = draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        ward = origin if origin in STREETS else draw.choice(list(STREETS))
        case: dict[str, Any] = {
            "procedure": procedure,
            "applicant": self._applicant(procedure, ward),
            "components": list(self._papers(procedure)),
        }
        if draw.random() < 0.15:
            case["note"] = draw.choice(NOTES)
        return case

    def _applicant(self, procedure: str, ward: str) -> dict[str, Any]:
        draw, self._people = self._random, self._people + 1
        guest = procedure in FOREIGN and draw.random() < 0.5
        middle, given = draw.choice([WOMEN, MEN])
        person = draw.choice(GUESTS) if guest else f"{draw.choice(FAMILY)} {draw.choice(middle)} {draw.choice(given)}"
        kind, name, number = 0, person, f"000{self._people:09}"
        if procedure in BUSINESS:
            kind, name = 2, f"Hộ kinh doanh {draw.choice(TRADES)} {person.split()[-1]} ({person})"
            if procedure == "1.010723" or draw.random() < 0.15:
                kind, name = 1, f"Công ty TNHH {draw.choice(TRADES)} {person.split()[-1]} Thí Dụ"
                number = f"000{self._people:07}"
        house = f"{9000 + draw.randrange(900)}" + (f"/{draw.randrange(1, 60)}" if draw.random() < 0.4 else "")
        return {
            "kind": kind,
            "name": name,
            "identity_number": number,
            "phone": f"+84000{self._people:06}",
            "email": f"{_ascii(person)}.{self._people:04}@example.{draw.choice(['org', 'com'])}",
            "address": f"Số {house} {draw.choice(STREETS[ward])}, phường {self._wards[ward]}, Quận 1, TP. Hồ Chí Minh",
            "language": "en" if guest else "vi",
        }

    def _papers(self, procedure: str) -> Iterator[dict[str, Any]]:
        for paper in self._catalogue[procedure]:
            if paper.required or self._random.random() < 0.4:
                more = self._random.randrange(3) if paper.copy == 1 and paper.code == "ban-sao" else 0
                yield {"code": paper.code, "copy": paper.copy, "quantity": paper.quantity + more}


def spoil(case: dict[str, Any], catalogue: Catalogue, *, unknown: bool) -> str:
    """Make a case one that must be refused, though it keeps the schema; return the field that will be named."""
    if unknown:
        case["procedure"] = UNKNOWN_PROCEDURE
        return "procedure"
    missing = next(paper.code for paper in reversed(catalogue[case["procedure"]]) if paper.required)
    case["components"] = [item for item in case["components"] if item["code"] != missing]
    return f"components.{missing}"


def by_wire(case: dict[str, Any], story: str, catalogue: Catalogue) -> dict[str, Any]:
    """Return a case as a person writes it online; what is handed in only when the desk asks for it is in ``later``."""
    for paper in case["components"]:
        paper["copy"] = 2
    later: list[dict[str, Any]] = []
    if story == "supplemented":
        needed = {paper.code for paper in catalogue[case["procedure"]] if paper.required}
        last = next(paper for paper in reversed(case["components"]) if paper["code"] in needed)
        case["components"].remove(last)
        later = [last]
    if story == "received":
        case["delivery"] = {"method": "electronic", "email": case["applicant"]["email"]}
    return {"story": story, "later": later, **case}


def by_post(case: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a case that comes by post, and whose result goes back by post."""
    delivery = {"method": "post", "address": case["applicant"]["address"]}
    return {"channel": 3, "postal": {"tracking_code": f"EB{number:09}VN"}, "delivery": delivery, **case}


def make(office: Path) -> dict[str, str]:
    """Return file name to content for every file of the day."""
    catalogue = read_catalogue(office)
    rows = yaml.safe_load((office / "wards.yaml").read_text(encoding="utf-8"))["wards"]
    town = Town(catalogue, {row["code"]: row["name"] for row in rows if row["valid_to"] is None})
    files: dict[str, str] = {}
    expected: dict[str, Any] = {"total": 0, "valid": 0, "invalid": 0, "duplicates": 0, "files": {}, "refused": []}
    for origin, good in GOOD.items():
        spoiled = {40: False, 95: True, 150: False} if origin in STREETS else {}  # place to "unknown procedure"?
        cases = [town.case(origin) for _ in range(good + len(spoiled))]
        for place, case in enumerate(cases):
            if origin in STREETS:
                case = cases[place] = {"ward_reference": f"{origin}-{place + 1:06}"} | case
            if place in spoiled:
                field = spoil(case, catalogue, unknown=spoiled[place])
                expected["refused"].append({"ward": origin, "reference": case["ward_reference"], "field": field})
        if origin == "online":
            cases = [by_wire(case, story, catalogue) for case, story in zip(cases, STORIES, strict=True)]
        if origin == "post":
            cases = [by_post(case, number) for number, case in enumerate(cases, start=1)]
        lines = [json.dumps(case, ensure_ascii=False) for case in cases]
        repeats = 1 if origin == "26737" else 0
        lines += lines[10 : 10 + repeats]  # the ward pushes one case again
        name = f"{f'ward-{origin}' if origin in STREETS else origin}.ndjson"
        files[name] = "\n".join(lines) + "\n"
        counts = {"total": len(cases), "valid": good, "invalid": len(spoiled), "duplicates": repeats}
        expected["files"][name] = counts | {"lines": len(lines)}
        for key, value in counts.items():
            expected[key] += value
    files["expected.json"] = json.dumps(expected, ensure_ascii=False, indent=2) + "\n"
    return files


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d").replace("’", ""))
    return ".".join("".join(c for c in plain if not unicodedata.combining(c)).lower().replace("-", " ").split())


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--office", type=Path, default=HERE.parent / "office")
    parser.add_argument("--into", type=Path, default=HERE / "cases")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    for name, content in make(options.office).items():
        (options.into / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
