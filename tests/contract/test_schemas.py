"""The generated JSON Schemas: fresh, valid, and of one mind with marshmallow."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from contract_tools import __main__ as command
from contract_tools import files, generate
from motcua_contracts import ALL, BY_TYPE, ContractError

GOLDEN = sorted(path for path in files.EXAMPLES.glob("*/*.json") if path.parent.name != "invalid")
INVALID = sorted((files.EXAMPLES / "invalid").glob("*.json"))
CHECKER = Draft202012Validator.FORMAT_CHECKER


def validator(type_):
    """Read the committed file, as a partner does."""
    schema = files.read(files.SCHEMAS / BY_TYPE[type_].OWNER / f"{type_}.json")
    return Draft202012Validator(schema, format_checker=CHECKER)


def named(error):
    """Return the path of the field that a JSON Schema error is about; a missing field is named, not its parent."""
    path = [str(step) for step in error.absolute_path]
    if error.validator == "required":
        path += [name for name in error.validator_value if name not in error.instance]
    return ".".join(path)


def test_the_format_checker_knows_every_format_in_use():
    assert {"date-time", "email", "uuid"} <= set(CHECKER.checkers), "date-time needs rfc3339-validator"


def test_committed_schemas_are_what_the_contracts_generate():
    assert files.differences(files.SCHEMAS, generate.documents()) == []


def test_check_names_each_missing_stale_and_foreign_file(tmp_path, monkeypatch, capsys):
    texts = generate.documents()
    files.write_all(tmp_path, texts | {"intake/dossier.lost.v1.json": "{}\n"})
    (tmp_path / "asyncapi.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "notify" / "notice.sent.v1.json").unlink()
    monkeypatch.setattr(files, "SCHEMAS", tmp_path)

    assert command.main(["check"]) == 1

    told = capsys.readouterr().err
    assert "asyncapi.json: differs" in told
    assert "notify/notice.sent.v1.json: missing" in told
    assert "intake/dossier.lost.v1.json: belongs to no contract" in told


def test_generate_puts_a_spoiled_folder_right(tmp_path, monkeypatch):
    (tmp_path / "stale.json").write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr(files, "SCHEMAS", tmp_path)
    assert command.main(["generate"]) == 0
    assert command.main(["check"]) == 0
    assert files.present(tmp_path) == set(generate.documents())


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_schema_is_itself_valid_and_describes_the_whole_message(contract):
    schema = generate.message_schema(contract)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:motcua:schema:{contract.TYPE}"
    assert schema["properties"]["type"]["const"] == contract.TYPE
    assert schema["properties"]["sequence"]["type"] == ["integer", "null"]
    assert schema["description"].startswith(contract.__doc__.partition("\n")[0])
    assert contract.__name__ in schema["$defs"]
    assert '"additionalProperties": false' not in files.as_text(schema), "readers ignore what they do not know"


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.TYPE)
def test_schema_holds_each_field_and_says_which_are_required(contract):
    schema = generate.message_schema(contract)["$defs"][contract.__name__]
    fields = contract().fields
    named = {field.data_key or name: field for name, field in fields.items()}
    assert set(schema["properties"]) == set(named)
    assert set(schema["required"]) == {name for name, field in named.items() if field.required}


@pytest.mark.parametrize("quantities", [{"Page": 3}, {"page": 0}, {"page": "3"}])
def test_names_and_counts_of_quantities_are_checked_by_the_schema_as_by_the_contract(quantities):
    example = files.read(files.EXAMPLES / "intake" / "dossier.submit.v1.json")
    example["data"]["quantities"] = {"page": 3, "copy": 2}
    assert list(validator("dossier.submit.v1").iter_errors(example)) == []
    BY_TYPE["dossier.submit.v1"].open(example)

    example["data"]["quantities"] = quantities

    assert list(validator("dossier.submit.v1").iter_errors(example))
    with pytest.raises(ContractError, match="quantities"):
        BY_TYPE["dossier.submit.v1"].open(example)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_example_keeps_its_schema(path):
    assert list(validator(path.stem).iter_errors(files.read(path))) == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_schema_lets_unknown_fields_pass(path):
    example = files.read(path)
    example["later"] = 1
    example["data"]["later"] = {"any": "thing"}
    assert list(validator(path.stem).iter_errors(example)) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_breaks_the_schema_at_the_field_it_must_report(path):
    case = files.read(path)
    errors = list(validator(path.stem.partition("--")[0]).iter_errors(case["message"]))
    assert {named(error) for error in errors} == {case["report"]}
