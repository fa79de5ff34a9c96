"""Which files may be attached, and the name that is shown for one."""

from __future__ import annotations

import re
import unicodedata

from intake.domain.submission import Fault

NAME_LENGTH = 200
PDF, JPEG, PNG, TIFF, HEIC = "application/pdf", "image/jpeg", "image/png", "image/tiff", "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT, XML, P7S = "application/vnd.oasis.opendocument.text", "application/xml", "application/pkcs7-signature"

#: Type by extension. What is not here is not taken; macro-bearing kinds (docm, xlsm) and old Office files are not.
TYPES = {
    "pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "tif": TIFF, "tiff": TIFF, "heic": HEIC, "heif": HEIC,
    "docx": DOCX, "xlsx": XLSX, "odt": ODT, "xml": XML, "p7s": P7S,
}  # fmt: skip
#: What senders call a type beside its own name. Browsers know few of ours and say octet-stream, or the container's type.
_ALSO = {
    JPEG: {"image/jpg", "image/pjpeg"},
    HEIC: {"image/heif"},
    DOCX: {"application/zip"},
    XLSX: {"application/zip"},
    ODT: {"application/zip"},
    XML: {"text/xml"},
    P7S: {"application/x-pkcs7-signature", "application/pkcs7-mime"},
}
_UNSAID = frozenset({"", "application/octet-stream"})


def clean_name(raw: str) -> str:
    """Return a name to show: the last part of a path, composed, on one line, at most ``NAME_LENGTH`` characters.

    Control characters go, and all invisible format characters with them: bidirectional overrides make ``exe.pdf`` out of
    ``fdp.exe``. A cut keeps the extension. The name is never used as a path.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    spaced = "".join(" " if character.isspace() else character for character in last)
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _INVISIBLE)
    name = re.sub(r" +", " ", seen).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and len(name) > NAME_LENGTH:
        return f"{stem[: NAME_LENGTH - 1 - len(extension[:10])].rstrip(' .')}.{extension[:10]}"
    return name[:NAME_LENGTH]


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def type_of(name: str) -> str | None:
    """Return the type that a clean name's extension stands for, or None where such files are not taken."""
    return TYPES.get(name.rpartition(".")[2].casefold())


def name_faults(name: str, claimed: str) -> list[Fault]:
    """Return the faults of a clean name and of the type that the sender claims beside it.

    Args:
        claimed: media type, maybe with parameters; may be empty.
    """
    if not name.rpartition(".")[0]:
        return [Fault("filename", "file-name-missing")]
    kind = type_of(name)
    if kind is None:
        return [Fault("filename", "file-type-not-allowed", ", ".join(TYPES))]
    said = claimed.partition(";")[0].strip().casefold()
    if said not in _UNSAID | {kind} | _ALSO.get(kind, set()):
        return [Fault("filetype", "file-type-disagrees", kind)]
    return []
