"""Vietnamese text as it is searched: without case, tone marks and other diacritics."""

from __future__ import annotations

import re
import unicodedata

#: What no decomposition takes apart: the barred d is a letter of its own in Unicode.
_LETTERS = str.maketrans({"đ": "d"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text as it is compared: "  Nguyễn Thị  ĐÀO " gives "nguyen thi dao".

    Case folded, marks taken off, compatibility forms (full-width letters, ligatures) made plain, the barred d made d, and
    white space of any kind made one space between words. Folding what is folded changes nothing.
    """
    before, after = "", text
    while after != before:  # taking off a mark can uncover another capital or form (rare scripts)
        before, after = after, _once(after)
    return " ".join(after.split())


def words(text: str) -> list[str]:
    """Return the words of the text, folded, in their order: letters and digits; punctuation only parts them."""
    return _WORD.findall(fold(text))


def _once(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))
    return plain.translate(_LETTERS)
