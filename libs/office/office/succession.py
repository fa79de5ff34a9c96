"""New versions among those that are there: what is added, what is ended, and what may not be touched any more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from office.procedure import ProcedureVersion
from office.reading import Placed
from office.source import Route, Source
from office.versions import end_of, holds_on

Rows = dict[str, ProcedureVersion]
#: What may change of a version under which dossiers may have been received: its end, and what is said of it in public.
FREE = frozenset({"valid_to", "publication"})


@dataclass(frozen=True, slots=True)
class Change:
    """A version as it becomes, and the names of the fields that change; all of them when it is new."""

    version: ProcedureVersion
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import makes of the versions: ``ended`` are those it ends the day before a successor begins."""

    added: tuple[ProcedureVersion, ...]
    changed: tuple[Change, ...]
    ended: tuple[ProcedureVersion, ...]

    def rows(self) -> tuple[ProcedureVersion, ...]:
        """Return every version that is to be kept anew."""
        kept = {row.key: row for row in (*self.added, *(change.version for change in self.changed), *self.ended)}
        return tuple(kept.values())


def plan(
    source: Source,
    placed: Sequence[Placed[ProcedureVersion]],
    current: Iterable[ProcedureVersion],
    *,
    today: date,
    unsure: Collection[str] = (),
) -> Changes:
    """Return what becomes of ``current`` with the ``placed`` rows; what may not be is blamed on ``source``.

    A version that holds or held is never changed in place, for a dossier may have been received under it: it can be ended
    (from ``today`` on), published, withdrawn and posted elsewhere. A version that begins while an open one of the same code
    holds ends that one the day before. Versions that are not among ``placed`` stay.

    Args:
        today: the local day of the change.
        unsure: codes with rows that could not be read: whether their versions overlap is not known.

    Source: NĐ 61/2018/NĐ-CP Đ.17 (a dossier keeps the rules of its receipt date).
    """
    old = {row.key: row for row in current}
    routes = {item.row.key: item.route for item in placed}
    given: Rows = {item.row.key: item.row for item in placed}
    merged: Rows = {**old, **given}
    successors: dict[str, Route] = {}
    for code in dict.fromkeys(item.row.code for item in placed):
        if code not in unsure:
            _line_up(source, code, merged, routes, successors)
    for key, before in old.items():
        if merged[key] != before:
            own = key in routes and given[key] != before
            _check_locked(source, before, merged[key], routes[key] if own else successors.get(key, ()), today)
    ended = tuple(merged[key] for key in successors if merged[key] != old.get(key))
    return Changes(
        added=tuple(row for key, row in merged.items() if key not in old),
        changed=tuple(
            Change(merged[key], differing(old[key], merged[key]))
            for key in given
            if key in old and given[key] != old[key] != merged[key]
        ),
        ended=ended,
    )


def differing(one: ProcedureVersion, two: ProcedureVersion) -> tuple[str, ...]:
    """Return the names of the fields in which two versions differ."""
    return tuple(field.name for field in fields(one) if getattr(one, field.name) != getattr(two, field.name))


def seeds(
    current: Iterable[ProcedureVersion], shipped: Iterable[ProcedureVersion]
) -> tuple[list[ProcedureVersion], list[ProcedureVersion]]:
    """Return the shipped versions that are missing, and those left out because a kept one holds on a day of theirs."""
    kept = list(current)
    keys = {row.key for row in kept}
    missing = [row for row in shipped if row.key not in keys]
    odd = [row for row in missing if row.published and any(_meet(row, other) for other in kept)]
    return [row for row in missing if row not in odd], odd


def _meet(one: ProcedureVersion, two: ProcedureVersion) -> bool:
    same = one.code == two.code and two.published
    return same and (holds_on(one, two.valid_from) or holds_on(two, one.valid_from))


def _line_up(
    source: Source, code: str, merged: Rows, routes: Mapping[str, Route], successors: dict[str, Route]
) -> None:
    """End each open version of ``code`` where the next begins; blame what overlaps otherwise."""
    rows = sorted((row for row in merged.values() if row.code == code and row.published), key=lambda r: r.valid_from)
    for earlier, later in zip(rows, rows[1:], strict=False):
        if end_of(earlier) < later.valid_from:
            continue
        route = routes.get(later.key) or routes[earlier.key]
        if earlier.valid_to is None:
            merged[earlier.key] = replace(earlier, valid_to=later.valid_from - timedelta(days=1))
            successors[earlier.key] = route
        else:
            source.blame((*route, "valid_from"), "overlaps", code=code, valid_from=earlier.valid_from)


def _check_locked(source: Source, before: ProcedureVersion, after: ProcedureVersion, route: Route, today: date) -> None:
    if before.publication.state == "draft" or before.valid_from > today:
        return
    for name in differing(before, after):
        if name not in FREE:
            source.blame((*route, name), "locked_version", code=before.code, valid_from=before.valid_from)
    if after.publication.state == "draft":
        place = (*route, "publication", "state")
        source.blame(place, "locked_version", code=before.code, valid_from=before.valid_from)
    ends = end_of(before), end_of(after)
    if ends[0] != ends[1] and min(ends) < today:
        source.blame((*route, "valid_to"), "ends_in_the_past", code=before.code, today=today)
