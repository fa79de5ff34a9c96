"""Installing RabbitMQ when it is missing."""

import pytest

from motcua import install


def test_nothing_is_done_when_it_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "SERVER", tmp_path)

    assert install.ensure_rabbitmq_installed(tmp_path / "log") is False


def test_ordinary_user_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "SERVER", tmp_path / "missing")
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)

    with pytest.raises(install.CannotInstall, match="MOTCUA_AMQP_URI"):
        install.ensure_rabbitmq_installed(tmp_path / "log")


def test_failure_names_the_log_and_leaves_no_policy_behind(tmp_path, monkeypatch):
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho no network; exit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    policy = tmp_path / "policy-rc.d"
    for name, value in {"SERVER": tmp_path / "missing", "APT": tmp_path / "apt-get", "POLICY": policy}.items():
        monkeypatch.setattr(install, name, value)
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)

    with pytest.raises(install.CannotInstall, match=r"apt-get failed \(100\)"):
        install.ensure_rabbitmq_installed(tmp_path / "log")

    assert "no network" in (tmp_path / "log").read_text()
    assert not policy.exists()
