"""The shape of office.yaml, departments.yaml, wards.yaml and providers.yaml; procedures.yaml has a module of its own."""

import re

from office import shapes
from office.procedure_schema import DEPARTMENT_CODE, WORD, ProceduresSchema

AGENCY_CODE = re.compile(r"(?=.{1,13}\Z)[A-Z0-9]{2,3}(\.[A-Z0-9]{2,3}){2,3}\Z")
WARD_CODE = re.compile(r"[0-9]{5}\Z")
PROVIDER_CODE = re.compile(r"[A-Z0-9]{2,12}\Z")


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


class ProviderSchema(shapes.Versioned):
    code = shapes.code(PROVIDER_CODE, "bad_provider_code")
    name_vi = shapes.text()
    name_en = shapes.text()
    kind = shapes.choice("treasury", "bank", "gateway")
    simulated = shapes.yes_no(load_default=False)


class DepartmentsSchema(shapes.Group):
    """departments.yaml."""

    departments = shapes.Many(DepartmentSchema)


class WardsSchema(shapes.Group):
    """wards.yaml."""

    wards = shapes.Many(WardSchema)


class ProvidersSchema(shapes.Group):
    """providers.yaml."""

    providers = shapes.Many(ProviderSchema)


FILE_OF: dict[str, type[shapes.Group]] = {
    "departments": DepartmentsSchema,
    "wards": WardsSchema,
    "providers": ProvidersSchema,
    "procedures": ProceduresSchema,
}
"""The schema of a whole file by the key of its list."""
