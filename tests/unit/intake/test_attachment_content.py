"""What a file is, by its bytes."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest

from intake.domain.attachment import Content
from intake.domain.filetype import DOCX, HEIC, JPEG, ODT, P7S, PDF, PNG, TIFF, XLSX, XML
from intake.sniffing import examine

PIECE = 256 * 1024
SIGNATURE = (
    b"5 0 obj << /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 840 960 240] /Contents <00> >> endobj\n"
)
DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
TYPES = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/></Types>'


def look(content: bytes) -> Content:
    found, digest = examine(io.BytesIO(content))
    assert digest == hashlib.sha256(content).hexdigest()
    return found


def package(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes | str) -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": TYPES.format("wordprocessingml.document"),
        "word/document.xml": "<w/>",
        **{name.replace("__", "/"): content for name, content in more.items()},
    }


def odt(manifest: str = "<m/>", **more: str) -> dict[str, bytes | str]:
    return {"mimetype": ODT, "content.xml": "<c/>", "META-INF/manifest.xml": manifest, **more}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", JPEG),
        (b"\xff\xd8\xff\xdb\0C", JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PNG),
        (b"II*\0abcd", TIFF),
        (b"MM\0*abcd", TIFF),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", HEIC),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2", None),
        (b"%PDF-1.7\n", PDF),
        (b"junk %PDF-1.7\n", None),
        (b"MZ\x90\0", None),
        (b"GIF89a", None),
        (b"hello", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"<html><body></body>", None),
        (b"<a/>", XML),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", XML),
        ("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"), XML),
        (b"\xff\xfenonsense", None),
        (b"<a>", None),
        (b"<a/><b/>", None),
        (bytes.fromhex("3082100006092a864886f70d010702a0"), P7S),
        (bytes.fromhex("308006092a864886f70d010702a080"), P7S),
        (b"-----BEGIN PKCS7-----\nMII=\n", P7S),
        (bytes.fromhex("3082100006092a864886f70d010701a0"), None),
        (package(docx()), DOCX),
        (package({"[Content_Types].xml": TYPES.format("spreadsheetml.sheet")}), XLSX),
        (package({"[Content_Types].xml": TYPES.format("presentationml.presentation")}), None),
        (package(odt()), ODT),
        (package({"mimetype": "application/epub+zip"}), None),
        (package({"a.txt": "a"}), None),
        (package(docx())[:-30], None),
        (b"PK\x03\x04" + b"\0" * 100, None),
    ],
)
def test_a_type_is_known_by_its_bytes(content, kind):
    assert look(content) == Content(kind, signed=kind == P7S, signatures=look(content).signatures)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\ntrailer << /Encrypt 12 0 R >>", "file-encrypted"),
        (b"%PDF-1.7\n" + b" " * (PIECE - 15) + b"/Encrypt 12 0 R", "file-encrypted"),
        (b"%PDF-1.7\n<< /Encrypt << /V 4 >> >>", "file-encrypted"),
        (b"%PDF-1.7\n/EncryptMetadata false", None),
        (package(docx(word__vbaProject=b"")), None),
        (package({**docx(), "word/vbaProject.bin": b""}), "file-macros"),
        (
            package({"[Content_Types].xml": "<a b='application/vnd.ms-word.document.macroEnabled.main+xml'/>"}),
            "file-macros",
        ),
        (package(odt(**{"Basic/Standard/Module1.xml": "<a/>"})), "file-macros"),
        (package(odt(manifest="<m:file-entry><m:encryption-data/></m:file-entry>")), "file-encrypted"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "file-doctype"),
    ],
)
def test_what_nobody_could_open_safely_is_refused(content, kind):
    assert look(content).fault == kind


@pytest.mark.parametrize(
    ("content", "signatures"),
    [
        (b"%PDF-1.7\n", 0),
        (b"%PDF-1.7\n" + SIGNATURE, 1),
        (b"%PDF-1.7\n" + SIGNATURE + b" " * PIECE + SIGNATURE, 2),
        (b"%PDF-1.7\n" + b" " * (PIECE - 60) + SIGNATURE, 1),
        (b"%PDF-1.7\n<< /FT /Sig /T (empty field) >>", 0),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3] without a signature", 0),
        (f"<a {DS}><ds:Signature/><ds:Signature><ds:SignedInfo/></ds:Signature></a>".encode(), 2),
        (b"<a><Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></a>", 1),
        (b"<a><Signature/></a>", 0),
        (package(docx()), 0),
        (package({**docx(), "_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": "<s/>"}), 1),
        (package(odt(**{"META-INF/documentsignatures.xml": f"<d {DS}><ds:Signature/></d>"})), 1),
        (package(odt()), 0),
    ],
)
def test_signatures_are_seen_and_counted_but_not_verified(content, signatures):
    found = look(content)

    assert (found.signed, found.signatures) == (signatures > 0, signatures)


@pytest.mark.parametrize(
    ("mark", "content"),
    [(SIGNATURE, Content(PDF, signed=True, signatures=1)), (b"/Encrypt 12 0 R ", Content(PDF, "file-encrypted"))],
)
def test_a_mark_is_seen_once_wherever_two_pieces_meet(mark, content):
    for before in range(len(mark) + 1):
        padding = b" " * (PIECE - 9 - before)
        assert look(b"%PDF-1.7\n" + padding + mark + b" " * PIECE) == content, before


def test_a_package_whose_parts_unpack_to_far_more_is_not_unpacked():
    bomb = package({"[Content_Types].xml": b"<" + b" " * (50 * 1024 * 1024)})
    assert len(bomb) < 100_000

    tracemalloc.start()
    try:
        assert look(bomb) == Content(None)
        assert tracemalloc.get_traced_memory()[1] < 5 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_table_of_contents_without_end_is_not_read():
    many = {f"{'x' * 100}{number}": b"" for number in range(4000)}

    assert look(package({**docx(), **many}, zipfile.ZIP_STORED)) == Content(None)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_package_in_a_packing_that_cannot_be_bounded_is_of_no_kind(method):
    assert look(package(docx(), method)) == Content(None)


def test_xml_with_a_tag_longer_than_any_honest_one_is_of_no_kind():
    assert look(b"<a b='" + b"x" * (3 * 1024 * 1024) + b"'/>") == Content(None)


def test_no_bytes_whatever_end_in_an_exception():
    whole = package(docx())
    for cut in range(0, len(whole), 7):
        look(whole[:cut])
        look(whole[:cut] + b"\xff" * 9 + whole[cut + 9 :])
