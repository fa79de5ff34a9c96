"""The guard of released messages: each class of break is caught by type, path and reason; additions pass."""

from __future__ import annotations

import copy

import pytest

from contract_tools import __main__ as command
from contract_tools import compat, files, generate

TYPE = "dossier.submit.v1"
RECEIVED = "dossier.received.v1"
SUBMIT, APPLICANT, COMPONENT = "DossierSubmitV1", "Applicant", "Component"


@pytest.fixture(scope="module")
def released():
    return generate.schemas()


def fields(schemas, part, type_=TYPE):
    return schemas[type_]["$defs"][part]["properties"]


def on(part, name, **changes):
    """Return a change of one field's keywords; ``None`` drops a keyword."""

    def change(schemas):
        field = fields(schemas, part)[name]
        for word, value in changes.items():
            field.pop(word, None)
            if value is not None:
                field[word] = value

    return change


def required(part, name, *, now):
    def change(schemas):
        names = schemas[TYPE]["$defs"][part]["required"]
        names.append(name) if now else names.remove(name)

    return change


def removed(part, name):
    def change(schemas):
        del fields(schemas, part)[name]
        if name in (names := schemas[TYPE]["$defs"][part]["required"]):
            names.remove(name)

    return change


def renamed(part, old, new):
    return lambda schemas: fields(schemas, part).update({new: fields(schemas, part).pop(old)})


def new_required(schemas):
    fields(schemas, SUBMIT)["fee_minor"] = {"type": "integer"}
    required(SUBMIT, "fee_minor", now=True)(schemas)


def other_type_const(schemas):
    schemas[TYPE]["properties"]["type"]["const"] = "dossier.submit.v2"


def closed(schemas):
    schemas[TYPE]["$defs"][SUBMIT]["additionalProperties"] = False


def null_only_by_alternative(schemas):
    fields(schemas, SUBMIT)["applicant"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


BREAKS = {
    "type removed": (lambda schemas: schemas.pop(TYPE), "$", "type removed"),
    "field removed": (removed(SUBMIT, "note"), "$.data.note", "removed or renamed"),
    "field renamed": (renamed(APPLICANT, "phone", "telephone"), "$.data.applicant.phone", "removed or renamed"),
    "new required field": (new_required, "$.data.fee_minor", "new required field"),
    "optional became required": (required(SUBMIT, "note", now=True), "$.data.note", "became required"),
    "required became optional": (required(SUBMIT, "ward", now=False), "$.data.ward", "became optional"),
    "type changed": (on(SUBMIT, "ward", type="integer"), "$.data.ward", "type changed"),
    "nullable removed": (on(SUBMIT, "note", type="string"), "$.data.note", "no longer nullable"),
    "nullable added": (on(SUBMIT, "ward", type=["string", "null"]), "$.data.ward", "became nullable"),
    "pattern changed": (on(SUBMIT, "ward", pattern="^267[0-9]{2}$"), "$.data.ward", "pattern changed"),
    "pattern added": (on(APPLICANT, "name", pattern="^[A-Z]"), "$.data.applicant.name", "pattern changed"),
    "enum narrowed": (on(APPLICANT, "kind", enum=[0, 1]), "$.data.applicant.kind", "enum narrowed"),
    "enum added": (on(SUBMIT, "procedure", enum=["1.001612"]), "$.data.procedure", "enum added"),
    "longest length shortened": (on(SUBMIT, "note", maxLength=1999), "$.data.note", "maxLength narrowed"),
    "shortest length raised": (on(SUBMIT, "note", minLength=1), "$.data.note", "minLength narrowed"),
    "length added": (on(SUBMIT, "ward_reference", maxLength=64), "$.data.ward_reference", "maxLength 64 added"),
    "list shortened": (on(SUBMIT, "components", maxItems=49), "$.data.components", "maxItems narrowed"),
    "maximum lowered": (on(COMPONENT, "quantity", maximum=9), "$.data.components[].quantity", "maximum narrowed"),
    "minimum raised": (on(COMPONENT, "quantity", minimum=2), "$.data.components[].quantity", "minimum narrowed"),
    "format changed": (on(SUBMIT, "submitted_at", format="date"), "$.data.submitted_at", "format changed"),
    "format added": (on(SUBMIT, "ward_reference", format="uuid"), "$.data.ward_reference", "format changed"),
    "format dropped": (on(APPLICANT, "email", format=None), "$.data.applicant.email", "format changed"),
    "default changed": (on(APPLICANT, "language", default="en"), "$.data.applicant.language", "default changed"),
    "items changed": (on(SUBMIT, "components", items={"type": "string"}), "$.data.components[]", "type changed"),
    "alternative lost": (null_only_by_alternative, "$.data.applicant", "alternative"),
    "type const changed": (other_type_const, "$.type", "const changed"),
    "unknown fields refused": (closed, "$.data", "additionalProperties changed"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_break_is_told_with_type_path_and_reason(name, released):
    change, path, reason = BREAKS[name]
    current = copy.deepcopy(released)
    change(current)
    found = compat.compare(released, current)
    assert [(fault.type, fault.path) for fault in found if reason in fault.reason] == [(TYPE, path)], found


def add_optional_field(schemas):
    fields(schemas, SUBMIT)["fee_minor"] = {"type": ["integer", "null"], "minimum": 0}


def add_message(schemas):
    schemas["dossier.lost.v1"] = copy.deepcopy(schemas["dossier.returned.v1"])


def reword(schemas):
    schemas[TYPE]["title"] = schemas[TYPE]["description"] = "Said better."


def move_part(schemas):
    definitions = schemas[TYPE]["$defs"]
    definitions["Person"] = definitions.pop(APPLICANT)
    fields(schemas, SUBMIT)["applicant"] = {"$ref": "#/$defs/Person"}


ADDITIONS = {
    "optional field": add_optional_field,
    "new message": add_message,
    "other words": reword,
    "part under another name": move_part,
    "longer text": on(SUBMIT, "note", maxLength=4000),
    "limit dropped": on(SUBMIT, "note", maxLength=None),
    "more items": on(SUBMIT, "components", maxItems=100),
    "wider range": on(COMPONENT, "quantity", minimum=0, maximum=999),
    "wider enum": on(APPLICANT, "kind", enum=[0, 1, 2, 3]),
    "enum dropped": on(APPLICANT, "kind", enum=None),
    "pattern dropped": on(SUBMIT, "ward", pattern=None),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_addition_and_widened_limit_pass(name, released):
    current = copy.deepcopy(released)
    ADDITIONS[name](current)
    assert current != released
    assert compat.compare(released, current) == []


def test_a_removed_field_of_a_shared_part_is_told_for_each_message_that_carries_it(released):
    current = copy.deepcopy(released)
    for type_ in (TYPE, RECEIVED):
        del fields(current, APPLICANT, type_)["email"]
    assert [fault.type for fault in compat.compare(released, current)] == [RECEIVED, TYPE]


@pytest.mark.parametrize("name", ["exchange", "publisher", "routing key"])
def test_a_message_that_travels_another_way_is_a_break(name):
    was = command.routes()
    now = copy.deepcopy(was)
    now[TYPE][name] = "elsewhere"
    assert [(fault.type, fault.path) for fault in compat.compare_routes(was, now)] == [(TYPE, f"$.{name}")]
    assert compat.compare_routes(was, was) == []


def test_no_released_message_is_broken_today():
    assert files.present(files.RELEASED), "the first release is committed"
    assert command.breaks() == []


def test_release_is_refused_while_something_is_broken(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command.files, "RELEASED", tmp_path)
    assert command.release(tmp_path) == []
    snapshot = files.read(tmp_path / f"{TYPE}.json")
    snapshot["$defs"][SUBMIT]["properties"]["signature"] = {"type": "string"}
    (tmp_path / f"{TYPE}.json").write_text(files.as_text(snapshot), encoding="utf-8")

    assert [str(fault) for fault in command.release(tmp_path)] == [f"{TYPE} $.data.signature: field removed or renamed"]
    assert files.read(tmp_path / f"{TYPE}.json") == snapshot
