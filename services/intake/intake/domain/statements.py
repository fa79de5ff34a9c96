"""What a ward stated of a day against what the district has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: References that an answer names of each kind.
NAMED = 1000


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome; references are in the order of their characters.

    Attributes:
        ours: reference to digest of what the district has of the page.
        missing: stated, and not at the district.
        unstated: at the district for that day, and not stated.
        different: their contents differ.
    """

    ours: Mapping[str, str]
    missing: tuple[str, ...]
    unstated: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not (self.missing or self.unstated or self.different)


def compare(
    stated: Mapping[str, str], of_day: Mapping[str, str], named: Mapping[str, str], after: str | None, upto: str | None
) -> Compared:
    """Compare a page.

    Args:
        stated: reference to digest, as the ward has them.
        of_day: what the district has of the ward for the whole day.
        named: what it has under the stated references, of whatever day.
        after, upto: the page's ends; None where the day's begins or ends.
    """
    page = {one: digest for one, digest in of_day.items() if (after or "") < one and (upto is None or one <= upto)}
    ours = {**page, **named}
    missing = sorted(stated.keys() - ours.keys())
    unstated = sorted(page.keys() - stated.keys())
    different = sorted(one for one in stated.keys() & ours.keys() if stated[one] != ours[one])
    return Compared(ours, tuple(missing[:NAMED]), tuple(unstated[:NAMED]), tuple(different[:NAMED]))
