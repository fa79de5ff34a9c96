"""JSON Schema 2020-12 of whole messages (envelope and data), from the marshmallow contracts by way of apispec."""

from __future__ import annotations

import inspect
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields, validate

from contract_tools import asyncapi, files
from contract_tools.references import rebase
from motcua_contracts import ALL, Contract, Envelope

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS = "#/components/schemas/"


def message_schema(contract: type[Contract]) -> dict[str, Any]:
    """Return the schema of one whole message.

    ``$defs`` holds the data part under the contract's class name, and each shared part under its own. There is no
    ``additionalProperties: false`` anywhere: readers ignore what they do not know.
    """
    # 3.1 is the first OpenAPI whose schemas are JSON Schema 2020-12: nullable becomes a list of types.
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(contract.TYPE, "1", "3.1.0", plugins=[plugin])
    converter = plugin.converter
    if converter is None:
        raise RuntimeError("apispec gave its marshmallow plugin no converter")
    for function in (_constant, _unit, _no_null_default, _map_keys):
        converter.add_attribute_function(function)  # type: ignore[no-untyped-call]  # apispec types only part of itself
    spec.components.schema(contract.__name__, schema=contract)
    definitions: dict[str, Any] = rebase(spec.to_dict()["components"]["schemas"], _COMPONENTS, "#/$defs/")
    described = {_name(key[0]): key[0] for key in converter.refs}
    for name, definition in definitions.items():
        definition["description"] = inspect.cleandoc(described[name].__doc__ or "")
    message: dict[str, Any] = converter.schema2jsonschema(Envelope())  # type: ignore[no-untyped-call]  # as above
    message["properties"]["type"] = {"const": contract.TYPE, "type": "string"}
    message["properties"]["data"] = {"$ref": f"#/$defs/{contract.__name__}"}
    return message | {
        "$schema": DIALECT,
        "$id": f"urn:motcua:schema:{contract.TYPE}",
        "title": contract.__name__,
        "description": inspect.cleandoc(contract.__doc__ or ""),
        "$defs": definitions,
    }


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of every published message by its type, in journey order."""
    return {contract.TYPE: message_schema(contract) for contract in ALL}


def documents() -> dict[str, str]:
    """Return all generated files: name below ``contracts/schemas`` to text."""
    made = schemas()
    texts = {f"{contract.OWNER}/{contract.TYPE}.json": files.as_text(made[contract.TYPE]) for contract in ALL}
    texts["asyncapi.json"] = files.as_text(asyncapi.document(made))
    return texts


def _name(schema: Any) -> str:
    cls: type[Schema] = schema if isinstance(schema, type) else type(schema)
    return cls.__name__


def _constant(_converter: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    equal = [validator.comparable for validator in field.validators if isinstance(validator, validate.Equal)]
    if not equal:
        return {}
    ret.pop("enum", None)  # apispec says one-valued enum; const is the same and reads better
    return {"const": equal[0]}


def _unit(_converter: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    unit = field.metadata.get("unit")
    return {"description": unit} if unit and "description" not in ret else {}


def _map_keys(_converter: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    keys = field.key_field.validators if isinstance(field, fields.Dict) and field.key_field else []
    patterns = [validator.regex.pattern for validator in keys if isinstance(validator, validate.Regexp)]
    return {"propertyNames": {"pattern": patterns[0]}} if patterns else {}  # apispec shows the values only


def _no_null_default(_converter: Any, _field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    if ret.get("default", ...) is None:
        del ret["default"]  # absent and null mean the same to a reader; saying so in each field is noise
    return {}
