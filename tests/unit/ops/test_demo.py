"""The played day's own parts: what its people keep, and how its figures are held against the office's books."""

import io

import pytest
from pypdf import PdfReader

from motcua.demo.balance import Line
from motcua.demo.books import gapless
from motcua.demo.diary import Diary
from motcua.demo.online import small_pdf
from motcua.demo.public import plain
from motcua.demo.results import FORGETFUL, Results


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([], 0),
        ([("a", 1), ("a", 2), ("b", 1)], 3),
        ([("a", 2), ("a", 1)], 2),
        ([("a", 1), ("a", 3)], 2),
        ([("a", 1), ("a", 1), ("a", 2)], 2),
        ([("a", 1), ("b", 2)], 1),
    ],
)
def test_numbers_of_each_series_run_from_one_without_gap_or_twin(numbers, found):
    assert gapless(numbers) == found


def test_a_line_holds_only_when_both_counts_agree():
    assert Line("", "", 3, 3).holds
    assert not Line("", "", 3, 4).holds


def test_a_name_is_typed_without_its_accents():
    assert plain("Đặng Thị Ánh Tuyết") == "dang thi anh tuyet"


def test_the_uploaded_file_is_a_whole_pdf():
    (page,) = PdfReader(io.BytesIO(small_pdf("000000000502")), strict=True).pages
    assert page.extract_text() == "000000000502"


class Shelf:
    """A desk whose ready results are those that nobody has yet."""

    def __init__(self, rows):
        self.rows, self.given = rows, {}

    def dossiers(self, _state):
        return [row for row in self.rows if row["code"] not in self.given]

    def hand_over(self, code, *, again, **how):
        self.given[code] = how

    def act(self, code, act, _body):
        assert act == "reopening"
        self.rows = [row | {"resolutions": [{}]} if row["code"] == code else row for row in self.rows]
        del self.given[code]


def rows(*ways):
    return [
        {"code": str(number), "delivery": {"method": way} if way else None, "resolutions": []}
        for number, way in enumerate(ways)
    ]


def test_each_result_leaves_in_the_way_that_the_person_wants():
    shelf, diary = Shelf(rows("post", "electronic", None)), Diary()
    Results(shelf, diary, lambda _code: False).hand_over()
    assert [shelf.given[code].get("method") for code in "012"] == ["post", "electronic", None]
    assert shelf.given["0"]["tracking_code"] == "EC000000001VN"
    assert diary.handed == {"0", "1", "2"}


def test_who_forgot_the_result_comes_after_the_reminder_and_one_never_does():
    shelf, reminded = Shelf(rows(*[None] * (FORGETFUL + 2), "post")), set()
    diary = Diary(receipts={row["code"]: {} for row in shelf.rows})
    results = Results(shelf, diary, reminded.__contains__)
    results.hand_over()
    assert sorted(shelf.given) == ["3", "4", "5"]
    reminded |= {"0", "1", "2"}
    results.hand_over()
    assert sorted(shelf.given) == ["0", "1", "3", "4", "5"]
    assert diary.done["collected-after-reminder"] == FORGETFUL - 1


def test_a_result_that_was_made_anew_is_handed_over_again_and_counted_once():
    shelf, diary = Shelf(rows(None)), Diary(receipts={"0": {}})
    diary.handed.add("0")
    shelf.given["0"] = {}
    results = Results(shelf, diary, lambda _code: True)
    results.reopen_one()
    assert shelf.given == {}
    shelf.rows[0]["delivery"] = {"method": "electronic"}
    results.hand_over()
    assert (list(shelf.given), diary.handed, diary.done["reopened"]) == (["0"], {"0"}, 1)
