"""calendar.yaml: from its rows to the working calendar."""

from datetime import date
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from office.calendar_schema import WEEKDAYS, CalendarSchema
from office.reading import blame_shape
from office.source import Route, Source
from worktime import DayHours, HalfDay, Shift, WorkingCalendar

# Month and day of the holidays the law itself dates; a year's table without one is not complete.
# Source: Bộ luật Lao động 2012 Đ.115, Bộ luật Lao động 2019 Đ.112.
DATED_BY_LAW = ((1, 1), (4, 30), (5, 1), (9, 2))

# What is said of a day in this list that is also off; a day in two other lists is simply there twice.
OFF_AND = {"make_up": "off_and_make_up", "half_days": "off_and_half_day"}


def read_calendar(source: Source) -> WorkingCalendar | None:
    """Return the calendar, or None when ``source`` has faults, which are then in it."""
    errors = blame_shape(source, CalendarSchema())
    if source.data is None or errors:
        return None
    data = CalendarSchema().load(source.data)
    _check_years(source, data["years"])
    weekdays = frozenset(WEEKDAYS.index(day) for day in data["working_week"]["days"])
    seen: set[date] = set()
    for n, year in enumerate(data["years"]):
        _check_days(source, ("years", n), year, weekdays, seen)
        _check_halves(source, ("years", n), year, len(data["working_week"]["shifts"]))
    return None if source.faults else _build(data, weekdays)


def _build(data: dict[str, Any], weekdays: frozenset[int]) -> WorkingCalendar:
    years = data["years"]
    off = chain.from_iterable(year["off"] for year in years)
    make_up = chain.from_iterable(year["make_up"] for year in years)
    halves = chain.from_iterable(year["half_days"] for year in years)
    return WorkingCalendar(
        years=frozenset(year["year"] for year in years),
        days_off={row["day"]: row["decision"] for row in off},
        make_up_days={row["day"]: row["decision"] for row in make_up},
        zone=ZoneInfo(data["zone"]),
        weekdays=weekdays,
        hours=_hours(data["working_week"]),
        cut_off=data["cut_off"],
        counter={WEEKDAYS.index(day): _hours(row) for row in data["counter"] for day in row["days"]},
        estimated=frozenset(year["year"] for year in years if year["status"] == "estimated"),
        half_days={row["day"]: HalfDay(row["shift"], row["decision"]) for row in halves},
    )


def _hours(row: dict[str, Any]) -> DayHours:
    return DayHours(tuple(Shift(**shift) for shift in row["shifts"]))


def _check_years(source: Source, years: list[dict[str, Any]]) -> None:
    if not years:
        source.blame(("years",), "no_years")
        return
    lines: dict[int, Route] = {}
    for n, row in enumerate(years):
        if row["year"] in lines:
            source.blame(("years", n, "year"), "repeated_year", year=row["year"])
        lines.setdefault(row["year"], ("years", n, "year"))
    for year in range(min(lines), max(lines)):
        if year not in lines:
            after = min(later for later in lines if later > year)
            source.blame(lines[after], "missing_year", year=year)


def _check_days(source: Source, route: Route, year: dict[str, Any], weekdays: frozenset[int], seen: set[date]) -> None:
    off = {row["day"] for row in year["off"]}
    for key in ("off", "make_up", "half_days"):
        for n, row in enumerate(year[key]):
            day, place = row["day"], (*route, key, n, "day")
            if day.year != year["year"]:
                source.blame(place, "other_year", day=day, year=year["year"])
            if key == "make_up" and day.weekday() in weekdays:
                source.blame(place, "make_up_on_working_day", day=day)
            if key in OFF_AND and day in off:
                source.blame(place, OFF_AND[key], day=day)
            elif day in seen:
                source.blame(place, "repeated_day", day=day)
            seen.add(day)
    for month, number in DATED_BY_LAW:
        if (day := date(year["year"], month, number)) not in off:
            source.blame((*route, "off"), "missing_holiday", year=year["year"], day=day)


def _check_halves(source: Source, route: Route, year: dict[str, Any], shifts: int) -> None:
    if shifts != 2:
        for n, _ in enumerate(year["half_days"]):
            source.blame((*route, "half_days", n, "shift"), "half_day_shifts", shifts=shifts)
