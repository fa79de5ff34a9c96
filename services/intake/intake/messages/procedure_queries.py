"""What callers ask of the procedures: checked, every fault named with its field."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chassis.catalogue import LANGUAGES
from chassis.errors import Refused
from intake.domain import Fault
from intake.messages.calls import problems
from office import ProcedureVersion

LONGEST_QUERY = 200
MOST_COUNTED = 9999
MOST_FILES = 10


def refuse(faults: Iterable[Fault]) -> None:
    """Refuse (422) a query that has faults."""
    if rows := problems(faults):
        raise Refused("invalid-query", 422, errors=rows)


def searched(q: Any) -> str:
    """Return the words that are searched for."""
    if not isinstance(q, str) or len(q) > LONGEST_QUERY:
        refuse([Fault("q", "not-a-query", str(LONGEST_QUERY))])
    return str(q)


def edition_before(after: Any) -> int | None:
    """Return the number of an edition, or None."""
    if after is not None and (not isinstance(after, int) or isinstance(after, bool) or after < 1):
        refuse([Fault("after", "not-a-cursor")])
    return None if after is None else int(after)


def check_guidance(version: ProcedureVersion, language: Any, case: Any, quantities: Any) -> None:
    """Refuse (422) a language, case or count that the guidance for ``version`` cannot be given for."""
    refuse(_guidance_faults(version, language, case, quantities))


def _guidance_faults(version: ProcedureVersion, language: Any, case: Any, quantities: Any) -> Iterator[Fault]:
    if language not in LANGUAGES:
        yield Fault("language", "not-a-language", ", ".join(LANGUAGES))
    if case is not None and case not in version.cases():
        yield Fault("case", "unknown-case", ", ".join(version.cases()) or "-")
    units = list(dict.fromkeys(unit for rule in version.fees for unit in (rule.unit, rule.times) if unit))
    if not isinstance(quantities, Mapping):
        yield Fault("quantities", "not-a-quantity", str(MOST_COUNTED))
        return
    for unit, number in quantities.items():
        if unit not in units:
            yield Fault(f"quantities.{unit}", "unknown-unit", ", ".join(units) or "-")
        elif not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_COUNTED:
            yield Fault(f"quantities.{unit}", "not-a-quantity", str(MOST_COUNTED))


def open_files(files: Any, most_bytes: int) -> dict[str, bytes]:
    """Return uploaded files by name.

    Args:
        files: ``{"name", "content"}`` rows, the content in base64.

    Raises:
        Refused: ``wrong-arguments`` (400) for what is not a short list of such rows; ``too-large`` (413).
    """
    try:
        if not 1 <= len(files) <= MOST_FILES:
            raise ValueError("number of files")
        contents = {str(file["name"])[:200]: base64.b64decode(file["content"], validate=True) for file in files}
        if len(contents) != len(files):
            raise ValueError("two files of one name")
    except (TypeError, KeyError, ValueError, binascii.Error):
        raise Refused("wrong-arguments", 400) from None
    if sum(map(len, contents.values())) > most_bytes:
        raise Refused("too-large", 413)
    return contents
