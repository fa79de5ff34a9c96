"""The shape of calendar.yaml."""

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields, validates_schema

from office import shapes

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ShiftSchema(shapes.Group):
    opens = shapes.clock()
    closes = shapes.clock()

    @validates_schema
    def opens_first(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a shift that closes before it opens."""
        if data["opens"] >= data["closes"]:
            raise ValidationError("bad_shift")


class DayHoursSchema(shapes.Group):
    days = fields.List(shapes.choice(*WEEKDAYS), required=True, error_messages=shapes.errors("not_list"))
    shifts = shapes.Many(ShiftSchema)

    @validates_schema
    def shifts_in_order(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse shifts that overlap or run backwards, and a day without any."""
        shifts = data["shifts"]
        if not shifts or any(b["opens"] < a["closes"] for a, b in pairwise(shifts)):
            raise ValidationError("shifts_overlap", "shifts")


class DayOffSchema(shapes.Group):
    day = shapes.day()
    decision = shapes.text()


class HalfDaySchema(DayOffSchema):
    shift = shapes.choice("morning", "afternoon")


class YearSchema(shapes.Group):
    year = shapes.number(1900, 9998)
    status = shapes.choice("decided", "estimated")
    off = shapes.Many(DayOffSchema)
    make_up = shapes.Many(DayOffSchema, load_default=())
    half_days = shapes.Many(HalfDaySchema, load_default=())


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValidationError("bad_zone") from error


class CalendarSchema(shapes.Group):
    """calendar.yaml."""

    zone = shapes.text(validate=_known_zone)
    cut_off = shapes.clock()
    working_week = shapes.one(DayHoursSchema)
    counter = shapes.Many(DayHoursSchema, load_default=())
    years = shapes.Many(YearSchema)
