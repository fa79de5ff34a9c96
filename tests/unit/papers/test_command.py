"""The command by which an office tries its templates."""

import pytest

from papers import KINDS
from papers.__main__ import main


def test_check_is_silent_about_good_templates_and_tells_the_fault_of_a_broken_one(folder, spoil):
    main(["check", str(folder), "refusal"])

    spoil("refusal.html", "{{ data.reason }}", "{{ data.reasn }}")
    with pytest.raises(SystemExit, match=r"^refusal\.html:\d+: .*reasn"):
        main(["check", str(folder), "refusal"])


def test_samples_writes_a_pdf_of_each_kind(folder, tmp_path):
    main(["samples", str(folder), str(tmp_path / "out")])

    assert {path.stem for path in (tmp_path / "out").glob("*.pdf")} == set(KINDS)


@pytest.mark.parametrize("arguments", [[], ["check"], ["check", ".", "letter"], ["print", "."]])
def test_other_words_are_answered_with_the_usage(arguments):
    with pytest.raises(SystemExit, match="python -m papers check"):
        main(arguments)
