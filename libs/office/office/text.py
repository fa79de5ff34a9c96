"""Vietnamese text made comparable for people who type without accents."""

import unicodedata

_BARRED = str.maketrans("đĐ", "dd")  # đ is a letter of its own: no decomposition takes its bar off


def accent_fold(text: str) -> str:
    """Return ``text`` without accents, in lower case, with single spaces: ``Đa Kao`` becomes ``da kao``."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return " ".join(bare.translate(_BARRED).casefold().split())
