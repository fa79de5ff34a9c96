"""The reference programs are no package of the project: they are found by their folder, as a partner would run them."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
if (folder := str(ROOT / "integrations")) not in sys.path:
    sys.path.insert(0, folder)


@pytest.fixture(scope="session")
def schema_directory():
    """The published schemas."""
    return ROOT / "contracts" / "schemas"


@pytest.fixture
def example():
    """Return a function that gives the golden example of a type, as the broker would bring it."""

    def load(owner, type_):
        return json.loads((ROOT / "contracts" / "examples" / owner / f"{type_}.json").read_text(encoding="utf-8"))

    return load
