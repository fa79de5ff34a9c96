"""Settings of intake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marshmallow
from environs import Env, validate

from chassis.settings import Settings as Core
from chassis.settings import read

_KEY = validate.Regexp(r"^([0-9a-f]{2}){32,}$")


@dataclass(frozen=True, kw_only=True)
class Settings(Core):
    """Settings of intake.

    Attributes:
        office_dir: the office's YAML files.
        tracking_key: makes the receipts' secrets, hex of 32 bytes or more.
        search_key: of the blind index of identity and telephone numbers, likewise.
        attachment_limit: bytes of one attached file.
        attachments_per_dossier: files of a dossier; ``attachments_bytes`` of them together.
        uploads_per_account: files of one account that are in no dossier yet.
        upload_days: life of a file that is in no dossier.
        supplement_days: working days in which a person completes a dossier, where its procedure says nothing.
        remind_after: working days since a result is there, one for each reminder that nobody came for it.
        kept_after: working days from the last reminder until the result is put away.
        statement_key: signs the answers to wards' statements, hex of an Ed25519 seed; empty where none are answered.
        ward_keys: ward to the public key (hex) that its statements are signed with.
        scanner: ``clamd://host:port`` of the virus scanner, or empty for none.
    """

    office_dir: Path
    tracking_key: str
    search_key: str
    attachment_limit: int
    attachments_per_dossier: int
    attachments_bytes: int
    uploads_per_account: int
    upload_days: int
    scanner: str
    statement_key: str
    ward_keys: Mapping[str, str]
    supplement_days: int
    remind_after: tuple[int, ...]
    kept_after: int


def load() -> Settings:
    return read(
        "intake",
        Settings,
        lambda env: {
            "office_dir": env.path("OFFICE_DIR"),
            "tracking_key": env.str("TRACKING_KEY", validate=_KEY),
            "search_key": env.str("SEARCH_KEY", validate=_KEY),
            **_attachments(env),
            "statement_key": env.str("STATEMENT_KEY", "", validate=validate.Regexp(r"^([0-9a-f]{64})?$")),
            "ward_keys": env.dict("WARD_KEYS", {}, validate=_are_keys),
            # an office's own rules: no law found says how long (facts, K-L)
            "supplement_days": env.int("SUPPLEMENT_DAYS", 30, validate=validate.Range(min=1, max=365)),
            "remind_after": _days(env),
            "kept_after": env.int("KEPT_AFTER", 30, validate=validate.Range(min=1, max=365)),
        },
    )


def _days(env: Env) -> tuple[int, ...]:
    given = env.list("REMIND_AFTER", [5, 15, 30], subcast=int, validate=validate.Length(min=1))
    return tuple(given or ())  # None for what is faulty: it is told with all the other faults


def _are_keys(keys: Mapping[str, str]) -> None:
    faulty = [ward for ward, key in keys.items() if not re.fullmatch("[0-9a-f]{64}", str(key))]
    if faulty:
        raise marshmallow.ValidationError(f"not an Ed25519 public key in hex: {', '.join(faulty)}")


def _attachments(env: Env) -> dict[str, Any]:
    positive = validate.Range(min=1)
    return {
        "attachment_limit": env.int("ATTACHMENT_LIMIT", 50 * 1024 * 1024, validate=positive),
        "attachments_per_dossier": env.int("ATTACHMENTS_PER_DOSSIER", 50, validate=positive),
        "attachments_bytes": env.int("ATTACHMENTS_BYTES", 200 * 1024 * 1024, validate=positive),
        "uploads_per_account": env.int("UPLOADS_PER_ACCOUNT", 200, validate=positive),
        "upload_days": env.int("UPLOAD_DAYS", 7, validate=validate.Range(min=1, max=365)),
        "scanner": env.str("SCANNER", "", validate=validate.Regexp(r"^(clamd://[^/:@\s]+:\d{1,5})?$")),
    }
