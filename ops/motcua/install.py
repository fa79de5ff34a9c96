"""What the system needs of Debian, installed when it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from motcua.broker import SERVER

APT = Path("/usr/bin/apt-get")
DPKG = Path("/usr/bin/dpkg-query")
PAPERS = Path(__file__).resolve().parents[2] / "infra" / "office" / "papers" / "debian-packages.txt"
"""What the gateway's papers need: one name a line."""
POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks it before a package starts its service; 101 means no."""


class CannotInstall(Exception):
    """Something is missing and cannot be installed here; the text says what to do."""


def ensure_rabbitmq_installed(log: Path) -> bool:
    """Install the package ``rabbitmq-server`` when it is missing, without starting the system's own node.

    Args:
        log: file that gets the output of apt-get.

    Returns:
        whether anything was installed.

    Raises:
        CannotInstall: not root, no apt-get, or apt-get failed.
    """
    if SERVER.exists():
        return False
    by_hand = "install the package rabbitmq-server, or set MOTCUA_AMQP_URI and MOTCUA_RABBITMQ_API to a broker"
    if os.geteuid() != 0:
        raise CannotInstall(f"RabbitMQ is not installed and only root may install it: {by_hand}")
    if not APT.exists():
        raise CannotInstall(f"RabbitMQ is not installed and this is no Debian: {by_hand}")
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        POLICY.chmod(0o755)
    try:
        _apt(["update", "-q"], log)
        _apt(["install", "-y", "-q", "--no-install-recommends", "rabbitmq-server"], log)
    except subprocess.CalledProcessError as error:
        raise CannotInstall(f"apt-get failed ({error.returncode}), see {log}: {by_hand}") from error
    finally:
        if ours:
            POLICY.unlink()
    if not SERVER.exists():
        raise CannotInstall(f"the package was installed, but {SERVER} is not there: {by_hand}")
    return True


def _apt(arguments: list[str], log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as output:
        subprocess.run([str(APT), *arguments], check=True, stdout=output, stderr=output, env=environment)


def ensure_node_installed(log: Path) -> bool:
    """Install Debian's node and npm when they are missing; the contract tests run the AsyncAPI parser with them.

    Raises:
        CannotInstall: not root, no apt-get, or apt-get failed.
    """
    if shutil.which("node") and shutil.which("npm"):
        return False
    if os.geteuid() != 0 or not APT.exists():
        raise CannotInstall("node and npm are missing: install the packages nodejs and npm")
    try:
        _apt(["update", "-q"], log)
        _apt(["install", "-y", "-q", "--no-install-recommends", "nodejs", "npm"], log)
    except subprocess.CalledProcessError as error:
        raise CannotInstall(f"apt-get failed ({error.returncode}), see {log}") from error
    return True


def ensure_papers_installed(log: Path) -> bool:
    """Install the text libraries and fonts that the papers are set with, when they are missing.

    Where there is no Debian nothing is looked for: ``python -m papers check`` says what is not there.

    Raises:
        CannotInstall: not root, no apt-get, or apt-get failed.
    """
    missing = [name for name in _listed(PAPERS) if not _installed(name)] if DPKG.exists() else []
    if not missing:
        return False
    by_hand = f"install the packages {' '.join(missing)}"
    if os.geteuid() != 0 or not APT.exists():
        raise CannotInstall(f"what papers are set with is missing: {by_hand}")
    try:
        _apt(["update", "-q"], log)
        _apt(["install", "-y", "-q", "--no-install-recommends", *missing], log)
    except subprocess.CalledProcessError as error:
        raise CannotInstall(f"apt-get failed ({error.returncode}), see {log}: {by_hand}") from error
    return True


def _listed(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _installed(package: str) -> bool:
    asked = [str(DPKG), "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout == "installed"


def main() -> None:
    """Install what the tests need of the system and say what was done."""
    log = Path("var") / "install.log"
    wanted = (
        ("rabbitmq-server", ensure_rabbitmq_installed),
        ("nodejs, npm", ensure_node_installed),
        ("text libraries and fonts", ensure_papers_installed),
    )
    for what, ensure in wanted:
        print(f"{what}: {'installed' if ensure(log) else 'there'}")


if __name__ == "__main__":
    main()
