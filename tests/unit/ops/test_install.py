"""Installing what the system needs of Debian when it is missing."""

from pathlib import Path

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


def debian(folder: Path, monkeypatch: pytest.MonkeyPatch, *, installed: str, apt: str) -> None:
    """Stand in for dpkg-query, which knows the packages ``installed``, and for apt-get."""
    for name, script in {"dpkg": f'case " {installed} " in *" $3 "*) printf installed;; esac', "apt-get": apt}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    (folder / "packages").write_text("# why\nlibpango-1.0-0\nfonts-croscore\n", "utf-8")
    for name, value in {"DPKG": folder / "dpkg", "APT": folder / "apt-get", "PAPERS": folder / "packages"}.items():
        monkeypatch.setattr(install, name, value)
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)


def test_only_what_papers_lack_is_installed(tmp_path, monkeypatch):
    debian(tmp_path, monkeypatch, installed="libpango-1.0-0", apt='echo "$@"')

    assert install.ensure_papers_installed(tmp_path / "log") is True
    assert (tmp_path / "log").read_text().splitlines() == [
        "update -q",
        "install -y -q --no-install-recommends fonts-croscore",
    ]


def test_papers_that_lack_nothing_install_nothing(tmp_path, monkeypatch):
    debian(tmp_path, monkeypatch, installed="libpango-1.0-0 fonts-croscore", apt="exit 1")

    assert install.ensure_papers_installed(tmp_path / "log") is False


def test_packages_of_papers_that_cannot_be_installed_are_named(tmp_path, monkeypatch):
    debian(tmp_path, monkeypatch, installed="", apt="exit 100")

    with pytest.raises(install.CannotInstall, match=r"\(100\).*libpango-1.0-0 fonts-croscore"):
        install.ensure_papers_installed(tmp_path / "log")

    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    with pytest.raises(install.CannotInstall, match="libpango-1.0-0 fonts-croscore"):
        install.ensure_papers_installed(tmp_path / "log")


def test_the_list_of_packages_names_the_font_of_the_style_sheet():
    assert "fonts-croscore" in install.PAPERS.read_text("utf-8").splitlines()
    assert "Tinos" in (install.PAPERS.parent / "paper.css").read_text("utf-8")
