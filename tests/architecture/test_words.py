"""The chassis is mechanism: it would carry any other office, or none, so it has no word of ours."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHASSIS = sorted((ROOT / "libs" / "chassis" / "chassis").rglob("*.py"))
WORDS = frozenset(
    [
        "applicant",
        "appointment",
        "assignment",
        "citizen",
        "clerk",
        "commune",
        "council",
        "decree",
        "department",
        "district",
        "dossier",
        "intake",
        "notice",
        "office",
        "officer",
        "petition",
        "procedure",
        "reception",
        "supplement",
        "ward",
    ]
)
PHRASES = ("hồ sơ", "phường", "phòng ban", "quận", "thủ tục", "một cửa", "công dân", "ubnd", "hđnd")


def domain_words(text: str) -> list[str]:
    """Return the words of the domain in a module: names, strings, docstrings and comments, singular or plural."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).casefold()
    words = re.findall(r"[^\W\d_]+", apart)
    found = [word for word in words if word in WORDS or word.removesuffix("s") in WORDS]
    return found + [phrase for phrase in PHRASES if phrase in apart]


@pytest.mark.parametrize("path", CHASSIS, ids=lambda path: path.name)
def test_chassis_has_no_word_of_the_domain(path):
    assert domain_words(path.read_text("utf-8")) == []


def test_chassis_was_found():
    assert len(CHASSIS) > 15


@pytest.mark.parametrize(
    "text",
    [
        "dossier_id = 1",
        "class DossierStore: ...",
        "class OldDossiers: ...",
        "# a ward may send it twice",
        '"""For departments."""',
        "x = 'Hồ sơ đã nhận'",
        "def on_assignment(): ...",
    ],
)
def test_word_of_the_domain_is_found(text):
    assert domain_words(text)


def test_words_that_only_look_like_ours_are_free():
    assert domain_words("forward, afterwards, backwards, routing_key, noticed, official, rewarding") == []
