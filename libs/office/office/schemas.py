"""The shape of office.yaml, departments.yaml, wards.yaml and procedures.yaml."""

import re
from typing import Any

from marshmallow import ValidationError, validates_schema

from office import shapes

AGENCY_CODE = re.compile(r"(?=.{1,13}\Z)[A-Z0-9]{2,3}(\.[A-Z0-9]{2,3}){2,3}\Z")
PROCEDURE_CODE = re.compile(r"[0-9]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?(\.[0-9]{2})?\Z")
DEPARTMENT_CODE = re.compile(r"[A-Za-z0-9]{2,12}\Z")
WARD_CODE = re.compile(r"[0-9]{5}\Z")
WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class FieldSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    name_vi = shapes.text()
    name_en = shapes.text()


class OfficeSchema(shapes.Group):
    """office.yaml."""

    name_vi = shapes.text()
    name_en = shapes.text()
    agency_code = shapes.code(AGENCY_CODE, "bad_agency_code")
    agency_code_simulated = shapes.yes_no()
    fields_of_work = shapes.Many(FieldSchema)


class DepartmentSchema(shapes.Versioned):
    code = shapes.code(DEPARTMENT_CODE, "bad_department_code")
    name_vi = shapes.text()
    name_en = shapes.text()


class WardSchema(shapes.Versioned):
    code = shapes.code(WARD_CODE, "bad_ward_code")
    name = shapes.text()


class ComponentSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    name_vi = shapes.text()
    name_en = shapes.text()
    copy = shapes.number(0, 2)
    quantity = shapes.number(1, load_default=1)
    required = shapes.yes_no(load_default=True)


class LimitSchema(shapes.Group):
    kind = shapes.choice("same_day", "working_days", "calendar_days")
    amount = shapes.number(1, load_default=None)

    @validates_schema
    def amount_fits_kind(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a same-day limit of several days, and a limit in days without their number."""
        if data["kind"] == "same_day" and data["amount"] not in (None, 1):
            raise ValidationError("same_day_amount", "amount")
        if data["kind"] != "same_day" and data["amount"] is None:
            raise ValidationError("amount_missing")


class StepSchema(shapes.Group):
    unit = shapes.code(DEPARTMENT_CODE, "bad_department_code")
    amount = shapes.number(1)


class ProcedureSchema(shapes.Versioned):
    code = shapes.code(PROCEDURE_CODE, "bad_procedure_code")
    name_vi = shapes.text()
    name_en = shapes.text()
    field = shapes.code(WORD, "bad_word")
    department = shapes.code(DEPARTMENT_CODE, "bad_department_code")
    components = shapes.Many(ComponentSchema)
    limit = shapes.one(LimitSchema)
    limit_note = shapes.text(load_default="")
    steps = shapes.Many(StepSchema, load_default=())
    fee_minor = shapes.number(0)
    fee_note = shapes.text(load_default="")
    legal_basis = shapes.text()
    level = shapes.choice("district", "ward")
    confidence = shapes.choice("V", "K-H", "K-M", "K-L")
    source = shapes.text()
    simulated = shapes.yes_no(load_default=False)


class DepartmentsSchema(shapes.Group):
    """departments.yaml."""

    departments = shapes.Many(DepartmentSchema)


class WardsSchema(shapes.Group):
    """wards.yaml."""

    wards = shapes.Many(WardSchema)


class ProceduresSchema(shapes.Group):
    """procedures.yaml."""

    procedures = shapes.Many(ProcedureSchema)


FILE_OF: dict[str, type[shapes.Group]] = {
    "departments": DepartmentsSchema,
    "wards": WardsSchema,
    "procedures": ProceduresSchema,
}
"""The schema of a whole file by the key of its list."""
