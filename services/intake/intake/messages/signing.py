"""Signatures of statements: Ed25519 (RFC 8032) over canonical JSON, in base64url without padding."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def sign(seed: str, content: bytes) -> str:
    """Return the signature of ``content`` by the key with this seed, in hex."""
    made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).sign(content)
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def is_signed(public_key: str, content: bytes, signature: str) -> bool:
    """Whether the owner of ``public_key`` (hex) signed ``content``."""
    try:
        given = base64.urlsafe_b64decode(f"{signature}==")
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(given, content)
    except (InvalidSignature, ValueError):
        return False
    return True
