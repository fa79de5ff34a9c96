"""An office's own templates: what is broken is told with file and line, what reaches out is refused."""

import re
import shutil

import pytest

from papers import PaperFaults, Papers
from papers.samples import SAMPLES

#: What the broken files of these tests concern; the whole folder takes longer.
KINDS_TRIED = ("refusal", "apology", "fee-receipt")


def faults(folder, *kinds):
    with pytest.raises(PaperFaults) as caught:
        Papers(folder).check(*kinds)
    return [str(fault) for fault in caught.value.faults]


def line_of(folder, name, text):
    return next(at for at, line in enumerate((folder / name).read_text("utf-8").splitlines(), 1) if text in line)


def test_wording_that_an_office_changes_is_printed(spoil, text):
    folder = spoil("texts.vi.yaml", '"ỦY BAN NHÂN DÂN QUẬN 1"', '"ỦY BAN NHÂN DÂN QUẬN 3"')

    assert "ỦY BAN NHÂN DÂN QUẬN 3" in text(Papers(folder).render("refusal", SAMPLES["refusal"]))[0]


def test_folder_may_lie_anywhere(folder, tmp_path):
    moved = tmp_path / "thư mục có dấu & cách"
    shutil.move(folder, moved)

    Papers(moved).check("receipt")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("refusal.html", "{{ data.reason }}", "{{ data.reasn }}", "has no attribute 'reasn'"),
        ("refusal.html", "{{ data.reason }}", "{{ data.reason | shout }}", "No filter named 'shout'"),
        ("refusal.html", "{{ data.reason }}", "{{ data.reason ", "unexpected"),
        ("refusal.html", "{{ data.reason }}", "{{ data.reason | money }}", "ValueError"),
        ("_parts.html", "{{ row.amount | grouped }}", "{{ row.amuont | grouped }}", "has no attribute 'amuont'"),
        ("_base.html", "{{ copy }}", "{{ cpoy }}", "'cpoy' is undefined"),
        ("apology.html", "| day | capitalize", "| dya | capitalize", "dya"),
        ("paper.css", "text-align: center; text-transform: uppercase;", "text-algin: center;", "text-algin"),
    ],
)
def test_broken_template_is_told_with_file_and_line(name, old, new, told, spoil):
    folder = spoil(name, old, new)
    line = line_of(folder, name, new)

    found = faults(folder, *KINDS_TRIED)

    assert any(fault.startswith(f"{name}:{line}: ") and told in fault for fault in found), found


def test_fault_inside_a_shared_piece_tells_who_used_it(spoil):
    folder = spoil("apology.html", "t.labels.address", "t.labels.adress")
    line = line_of(folder, "apology.html", "t.labels.adress")

    assert any(f"'adress' (from apology.html:{line})" in fault for fault in faults(folder, "apology"))


def test_text_that_is_missing_is_told_at_the_line_that_wants_it(spoil):
    folder = spoil("texts.vi.yaml", "  motto:", "  moto:")
    line = line_of(folder, "_base.html", "t.office.motto")

    assert any(fault.startswith(f"_base.html:{line}: ") and "motto" in fault for fault in faults(folder, *KINDS_TRIED))


def test_texts_that_are_no_yaml_are_told_with_their_line(spoil):
    folder = spoil("texts.en.yaml", "labels:", "labels: [")

    assert re.match(r"texts\.en\.yaml:\d+: ", faults(folder)[0])


def test_every_fault_of_a_folder_is_told_at_once(folder):
    (folder / "receipt.html").unlink()
    (folder / "texts.en.yaml").unlink()
    (folder / "refusal.html").write_bytes(b"<p>\n\xff</p>")

    assert faults(folder) == [
        "receipt.html: missing",
        "refusal.html: missing",
        "refusal.html:2: not UTF-8",
        "texts.en.yaml: missing",
    ]


def test_folder_without_style_sheet_is_refused(folder):
    (folder / "paper.css").unlink()

    assert faults(folder) == ["paper.css: missing"]


def test_font_that_is_not_there_is_told(spoil):
    folder = spoil("paper.css", 'html { font-family: "Tinos"', 'html { font-family: "No Such Font"')
    folder.joinpath("paper.css").write_text(
        folder.joinpath("paper.css").read_text("utf-8").replace('"Tinos"', '"No Such Font"'), "utf-8"
    )

    assert any("No Such Font" in fault and fault.startswith("paper.css:") for fault in faults(folder, *KINDS_TRIED))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "//example.org/x.png",
        "file:///etc/hostname",
        "file:///etc/hostname.png",
        "../secret.png",
        "sub/../../secret.png",
        "%2e%2e/secret.png",
        "link.png",
        "texts.vi.yaml",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "ftp://example.org/x.png",
        "paper:7",
        "absent.png",
    ],
)
def test_picture_from_beyond_the_folder_is_refused_where_it_is_asked_for(address, spoil, folder):
    (folder.parent / "secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    spoil("refusal.html", "{{ data.reason }}", f'<img alt="x" src="{address}">')
    line = line_of(folder, "refusal.html", "<img")

    papers = Papers(folder)

    with pytest.raises(PaperFaults, match=rf"refusal\.html:{line}: "):
        papers.check("refusal")
    with pytest.raises(PaperFaults):
        papers.render("refusal", SAMPLES["refusal"])


@pytest.mark.parametrize(
    "reach",
    [
        '<link rel="stylesheet" href="file:///etc/hostname.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<style>@font-face { font-family: x; src: url("http://127.0.0.1:9/x.woff") } p { font-family: x }</style>',
        '<style>p { background: url("file:///etc/hostname.png") }</style>',
        '<object data="http://127.0.0.1:9/x.svg"></object>',
        '<base href="http://127.0.0.1:9/"><img alt="x" src="x.png">',
    ],
)
def test_no_other_way_leads_out_of_the_folder(reach, spoil):
    papers = Papers(spoil("refusal.html", "{{ data.reason }}", reach))

    with pytest.raises(PaperFaults):
        papers.render("refusal", SAMPLES["refusal"])


def test_style_sheet_cannot_import_from_elsewhere(folder):
    sheet = folder / "paper.css"
    sheet.write_text('@import url("http://127.0.0.1:9/x.css");\n' + sheet.read_text("utf-8"), "utf-8")

    assert faults(folder)[0].startswith("paper.css:1: http://127.0.0.1:9/x.css")


def test_file_of_the_folder_is_not_given_out_under_the_address_of_another_machine(spoil, folder):
    (folder / "seal.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    papers = Papers(
        spoil("refusal.html", "{{ data.reason }}", f'<img alt="x" src="file://example.org{folder}/seal.svg">')
    )

    with pytest.raises(PaperFaults, match=r"example\.org"):
        papers.render("refusal", SAMPLES["refusal"])


def test_picture_of_the_folder_is_shown(spoil, folder, read):
    (folder / "seal.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>', "utf-8"
    )
    papers = Papers(spoil("refusal.html", "{{ data.reason }}", '<img alt="Dấu" style="width: 2cm" src="seal.svg">'))

    papers.check("refusal")
    assert len(read(papers.render("refusal", SAMPLES["refusal"])).pages) == 1


@pytest.mark.parametrize(
    "code",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ data.__class__.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self._TemplateReference__context }}",
        "{{ t.update({'office': 1}) }}",
        "{{ range(999999999) | list }}",
        "{% include '../secret.html' %}",
        "{% include '/etc/hostname' %}",
    ],
)
def test_code_of_a_template_reaches_nothing(code, spoil, folder):
    (folder.parent / "secret.html").write_text("secret")
    spoil("refusal.html", "{{ data.reason }}", code)
    line = line_of(folder, "refusal.html", code)

    assert any(fault.startswith(f"refusal.html:{line}: ") for fault in faults(folder, *KINDS_TRIED))


def test_template_that_is_a_link_out_of_the_folder_is_refused(folder):
    (folder.parent / "other.html").write_text("secret")
    (folder / "_other.html").symlink_to(folder.parent / "other.html")

    assert "_other.html: a link out of the folder" in faults(folder)
