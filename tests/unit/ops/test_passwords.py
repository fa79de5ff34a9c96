"""Secrets of a stack: made once, readable by their owner alone."""

from motcua.keys import key_pair
from motcua.passwords import Secrets
from motcua.ports import Ports


def test_secret_is_made_once_and_kept(tmp_path):
    first = Secrets(tmp_path / "secrets.json").all(["intake", "routing"])

    assert Secrets(tmp_path / "secrets.json").all(["routing", "intake"]) == first
    assert first["intake"] != first["routing"]
    assert len(first["intake"]) == 43


def test_secret_key_is_32_bytes_in_hexadecimal(tmp_path):
    key = Secrets(tmp_path / "secrets.json").hex("tracking-key")

    assert len(bytes.fromhex(key)) == 32
    assert Secrets(tmp_path / "secrets.json").hex("tracking-key") == key


def test_files_of_secrets_are_their_owners_alone(tmp_path):
    Secrets(tmp_path / "secrets.json").get("operator")
    pair = key_pair(tmp_path / "keys")

    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "secrets.json", pair.private)] == [0o600, 0o600]


def test_key_pair_is_made_once(tmp_path):
    text = key_pair(tmp_path).private.read_text()

    assert key_pair(tmp_path).private.read_text() == text
    assert key_pair(tmp_path).public.read_text().startswith("-----BEGIN PUBLIC KEY-----")


def test_port_is_the_same_after_a_restart_unless_somebody_decides(tmp_path):
    port = Ports(tmp_path / "ports").get("amqp")

    assert Ports(tmp_path / "ports").get("amqp") == port
    assert Ports(tmp_path / "ports", amqp=5999).get("amqp") == 5999
    assert Ports(tmp_path / "ports", amqp=None).get("amqp") == 5999
