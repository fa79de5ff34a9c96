"""The office's papers, and what a reader of a PDF sees."""

import io
import shutil
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from papers import Papers
from papers.samples import SAMPLES

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "office" / "papers"


@pytest.fixture(scope="session")
def papers():
    return Papers(FOLDER)


@pytest.fixture(scope="session")
def made(papers):
    """Return the sample of a kind as PDF, made once."""
    return cache(lambda kind: papers.render(kind, SAMPLES[kind]))


@pytest.fixture
def folder(tmp_path):
    """A copy of the office's folder, to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "papers"))


@pytest.fixture
def spoil(folder):
    """Replace text in one file of the copy and return the folder."""

    def replace(name, old, new):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return folder

    return replace


@pytest.fixture
def read():
    """Open a PDF."""
    return lambda made: PdfReader(io.BytesIO(made))


@pytest.fixture
def text():
    """Return the words of each page, with single spaces between them."""

    def pages(made):
        return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]

    return pages
