"""Keys of a stack, made once: the pair that signs and verifies callers' identities, and those that sign statements."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.passwords import Secrets


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Files of an Ed25519 key pair in PEM; ``private`` (mode 0600) is for the gateway alone."""

    private: Path
    public: Path


def key_pair(directory: Path) -> KeyPair:
    """Return the pair in ``directory``, made when missing."""
    pair = KeyPair(directory / "identity.pem", directory / "identity.pub.pem")
    if pair.private.exists():
        key = serialization.load_pem_private_key(pair.private.read_bytes(), password=None)
    else:
        directory.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with open(os.open(pair.private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    pair.public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return pair


def statement_keys(secrets: Secrets, wards: Iterable[str]) -> dict[str, str]:
    """Return what intake must know to compare wards' statements: its own key, and the public key of each ward.

    Those of the wards are made here because a stack plays the wards too; a real ward makes its own and gives the public one.
    """
    public = [f"{ward}={_public(secrets.hex(f'statement-key-{ward}'))}" for ward in wards]
    return {"MOTCUA_STATEMENT_KEY": secrets.hex("statement-key"), "MOTCUA_WARD_KEYS": ",".join(public)}


def _public(seed: str) -> str:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw().hex()
