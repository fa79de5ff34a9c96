"""evaluation.yaml: every fault with its file and line."""

from pathlib import Path

import pytest

from office import OfficeFaults, load_evaluation

SHIPPED = Path(__file__).resolve().parents[3] / "infra" / "office" / "evaluation.yaml"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("code: thai-do, by: person", "code: thai-do, by: nobody", "criteria[4].by"),
        ("code: thai-do, by: person", "code: thai-do, by: person, rule: late", "criteria[4].rule"),
        ("by: rule, rule: bodies,", "by: rule,", "criteria[2].rule"),
        ("code: huong-dan", "code: thai-do", "criteria[8].code"),
        ("at_least: 12", "at_least: many", "bands[1].at_least"),
    ],
)
def test_fault_is_told_with_its_place(tmp_path, old, new, path):
    text = SHIPPED.read_text("utf-8")
    assert old in text
    (tmp_path / "evaluation.yaml").write_text(text.replace(old, new), "utf-8")

    with pytest.raises(OfficeFaults) as error:
        load_evaluation(tmp_path)

    (fault,) = error.value.faults
    assert (fault.file, fault.path) == ("evaluation.yaml", path)
    assert fault.line > 1


def test_missing_file_is_told(tmp_path):
    with pytest.raises(OfficeFaults, match=r"evaluation\.yaml"):
        load_evaluation(tmp_path)
