"""Keys and deliveries for the mechanism's tests."""

from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@pytest.fixture(scope="session")
def make_keys():
    """Return a function that gives a new private and public key as PEM texts."""

    def make():
        private = Ed25519PrivateKey.generate()
        return (
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
            private.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode(),
        )

    return make


@pytest.fixture(scope="session")
def keys(make_keys):
    return make_keys()


@pytest.fixture
def delivery():
    """Return a function that makes a message as kombu hands it over."""

    def make(
        body=b"{}", content_type="application/json", headers=None, exchange="a.events", routing_key="a.b.v1", **more
    ):
        return SimpleNamespace(
            body=body,
            content_type=content_type,
            content_encoding="utf-8",
            headers=headers or {},
            properties={"content_type": content_type, "content_encoding": "utf-8", **more},
            delivery_info={"exchange": exchange, "routing_key": routing_key},
        )

    return make
