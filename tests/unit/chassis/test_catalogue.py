"""Texts for people in two languages that have the same keys."""

import pytest

from chassis.catalogue import Catalogue, catalogue


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes a catalogue's files and gives their folder."""

    def write(vi, en):
        (tmp_path / "vi.yaml").write_text(vi, encoding="utf-8")
        (tmp_path / "en.yaml").write_text(en, encoding="utf-8")
        return tmp_path

    return write


def test_text_is_given_in_the_language_asked_for_with_its_places(folder):
    texts = Catalogue(folder('chào: "Chào {name}"', 'chào: "Hello {name}"'))

    assert texts.text("chào", "vi", name="Lan") == "Chào Lan"
    assert texts.text("chào", "en", name="Lan") == "Hello Lan"


@pytest.mark.parametrize("language", ["fr", "", "VI"])
def test_unknown_language_is_vietnamese(folder, language):
    assert Catalogue(folder("a: xin chào", "a: hello")).text("a", language) == "xin chào"


def test_vietnamese_comes_first(folder):
    assert Catalogue(folder("a: xin chào", "a: hello")).text("a") == "xin chào"


@pytest.mark.parametrize(("vi", "en"), [("a: x\nb: y", "a: x"), ("a: x", "a: x\nb: y"), ("a: x", "b: x")])
def test_key_that_one_language_lacks_is_refused_by_its_name(folder, vi, en):
    with pytest.raises(ValueError, match=r"not in every language: .*b"):
        Catalogue(folder(vi, en))


def test_key_that_is_not_there_is_told(folder):
    with pytest.raises(KeyError, match="nothing"):
        Catalogue(folder("a: x", "a: y")).text("nothing")


def test_value_is_put_in_as_it_is(folder):
    texts = Catalogue(folder("a: '{x}'", "a: '{x}'"))

    assert texts.text("a", x="{y} {0}") == "{y} {0}"


def test_folder_is_read_once(folder):
    place = folder("a: x", "a: y")

    assert catalogue(place) is catalogue(place)
