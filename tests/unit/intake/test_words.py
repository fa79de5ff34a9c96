"""Vietnamese text as it is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.query import Query
from intake.domain.words import fold, words
from intake.store import terms
from intake.store.plan import plan

SYLLABLES = [
    "Nguyễn",
    "Thị",
    "Mai",
    "Lê",
    "Đỗ",
    "Thinh",
    "Thiên",
    "Ý",
    "A",
    "Mạnh",
    "Minh",
    "Ngọc",
    "TNHH",
    "Văn",
    "Hoa",
]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Mai", "nguyen thi mai"),
        ("  ĐỖ\u00a0\t Đức\n", "do duc"),
        ("Nguye\u0302\u0303n", "nguyen"),  # the same letters, taken apart
        ("Ｌｅ ﬁ", "le fi"),
        ("", ""),
    ],
)
def test_case_marks_and_spaces_do_not_count(text, folded):
    assert fold(text) == folded


def test_punctuation_only_parts_words():
    assert words('Lê-Văn Đức, (Cty TNHH "A1")') == ["le", "van", "duc", "cty", "tnhh", "a1"]


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_words_of_two_texts_are_those_of_each(one, other):
    assert words(f"{one} {other}") == words(one) + words(other)


@given(st.lists(st.sampled_from(["Nguyễn", "Thị", "Mai", "Đỗ", "lê"]), max_size=5), st.randoms())
def test_order_of_the_words_changes_their_order_only(given_, random):
    shuffled = list(given_)
    random.shuffle(shuffled)
    assert sorted(words(" ".join(shuffled))) == sorted(words(" ".join(given_)))


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=9), st.data())
def test_whoever_is_found_by_beginnings_of_the_name_is_found_by_what_leads(name, data):
    text = " ".join(name)
    chosen = data.draw(st.lists(st.sampled_from(words(text)), min_size=1, max_size=4))
    begun = tuple(word[: data.draw(st.integers(1, 7))] for word in chosen)
    found = set(terms.of_name(words(text)))

    leading = [lead["terms"] for lead in plan(Query(words=begun), bytes(32)).leads if lead]

    assert not leading or found & set(leading)


def test_a_long_name_has_no_pairs():
    company = "Công ty TNHH Thương mại Dịch vụ Sài Gòn Xanh"
    assert len(set(terms.of_name(words(company)))) == len({word[:3] for word in words(company)})
