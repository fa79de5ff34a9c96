"""What the integrators' pages show must be true: their messages keep the schemas, their programs compile."""

import ast
import json
import re
from pathlib import Path

import pytest
from partner.messages import Schemas

PAGES = sorted((Path(__file__).resolve().parents[3] / "docs" / "integrators").glob("*.md"))
NAMES = ["department/assignment.resolved.v1", "intake/dossier.submit.v1"]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_message_on_the_page_keeps_its_published_schema(page, schema_directory):
    schemas = Schemas(schema_directory, NAMES)
    shown = [json.loads(block) for block in blocks(page, "json")]

    assert shown
    for message in shown:
        schemas.check(message)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_program_on_the_page_is_python(page):
    assert [ast.parse(block) for block in blocks(page, "python")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_type_and_file_that_the_page_names_is_published(page, schema_directory):
    published = {path.stem for path in schema_directory.glob("*/*.json")}
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:assignment|dossier|submission)\.[a-z-]+\.v\d+", text))

    assert named
    assert named <= published
    for file in re.findall(r"contracts/schemas/[a-z]+/[a-z0-9.-]+\.json", text):
        assert (schema_directory.parents[1] / file).is_file()
