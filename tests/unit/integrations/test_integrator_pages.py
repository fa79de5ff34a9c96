"""What the integrators' pages show must be true: their messages keep the schemas, their programs compile."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from department.department import TAKEN as DEPARTMENT_TAKES
from partner.messages import Schemas
from provider.book import Book as Provider
from ward.book import Book as Ward

from intake.messages import bundles, calls
from intake.messages.statements import Keys
from motcua_contracts.ward import DossierSubmitV1, content

PAGES = sorted((Path(__file__).resolve().parents[3] / "docs" / "integrators").glob("*.md"))
NAMES = [
    "department/assignment.resolved.v1", "intake/dossier.correct.v1", "intake/dossier.submit.v1", "intake/payment.record.v1",
]  # fmt: skip
HEARD = {"department": DEPARTMENT_TAKES, "ward": Ward.takes(), "provider": Provider.takes()}


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
    named = set(re.findall(r"\b(?:assignment|dossier|payment|statement|submission|ward)\.[a-z-]+\.v\d+", text))

    assert named
    assert named <= published
    for file in re.findall(r"contracts/schemas/[a-z]+/[a-z0-9.-]+\.json", text):
        assert (schema_directory.parents[1] / file).is_file()


def test_the_bundle_that_the_wards_page_makes_is_one_that_the_district_takes():
    (page,) = [page for page in PAGES if page.stem == "ward"]
    submit = blocks(page, "json")[0]
    (program,) = [block for block in blocks(page, "python") if "def bundle(" in block]
    ran = subprocess.run(
        [sys.executable, "-c", program, "31" * 32], input=submit.encode(), capture_output=True, check=True
    )

    *lines, last = ran.stdout.splitlines(keepends=True)
    header = calls.load(bundles.Header(), json.loads(lines[0]))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("31" * 32)).public_key()
    keys = Keys("32" * 32, {"26734": key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()})
    digest, signature = hashlib.sha256(b"".join(lines)).hexdigest(), json.loads(last)["signature"]
    assert bundles.faults(keys, "26734", header, len(lines) - 1, digest, signature) == []
    assert bundles.open_line(lines[1].decode()).id == json.loads(submit)["id"]


def test_there_is_a_page_for_each_role():
    assert {page.stem for page in PAGES} == set(HEARD)


@pytest.mark.parametrize("role", HEARD)
def test_page_and_program_know_all_that_is_addressed_to_the_role(role, schema_directory):
    channels = json.loads((schema_directory / "asyncapi.json").read_text(encoding="utf-8"))["operations"]
    addressed = {name.removeprefix(f"{role}.receive.") for name in channels if name.startswith(f"{role}.receive.")}
    (page,) = [page for page in PAGES if page.stem == role]

    assert set(HEARD[role]) == addressed
    assert all(f"`{kind}`" in page.read_text(encoding="utf-8") for kind in addressed)


def test_the_digest_on_the_wards_page_is_what_its_program_prints_and_what_the_district_computes():
    (page,) = [page for page in PAGES if page.stem == "ward"]
    submit = json.loads(blocks(page, "json")[0])
    (program,) = [block for block in blocks(page, "python") if "def content(" in block]
    ran = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(submit), capture_output=True, text=True, check=True
    )

    digest = ran.stdout.strip()
    assert f"`{digest}`" in page.read_text(encoding="utf-8")
    assert content(DossierSubmitV1.open(submit).data) == digest
