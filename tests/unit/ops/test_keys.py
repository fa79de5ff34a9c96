"""Keys for wards' statements: each ward's own, the same at every start."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.keys import statement_keys
from motcua.passwords import Secrets


def test_each_ward_has_its_key_and_its_public_half_is_what_intake_knows(tmp_path):
    secrets = Secrets(tmp_path / "secrets.json")
    made = statement_keys(secrets, ["26734", "26737"])
    known = dict(pair.split("=") for pair in made["MOTCUA_WARD_KEYS"].split(","))

    assert list(known) == ["26734", "26737"]
    assert len({*known.values(), made["MOTCUA_STATEMENT_KEY"]}) == 3
    for ward, public in known.items():
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secrets.hex(f"statement-key-{ward}")))
        assert private.public_key().public_bytes_raw().hex() == public
    assert statement_keys(Secrets(tmp_path / "secrets.json"), ["26734", "26737"]) == made
