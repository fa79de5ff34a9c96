"""``docker-compose.yml`` brought up under a project name of its own, with passwords of its own, and taken down again."""

import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.clockfile import PlayedClock
from motcua.compose import write_secrets
from motcua.leash import free_port
from office import load_office

ROOT = Path(__file__).resolve().parents[2]


def an_engine_with_compose_answers() -> bool:
    if not shutil.which("docker"):
        return False
    for asked in (["docker", "version"], ["docker", "compose", "version"]):
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=20)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
    return True


class Project:
    """One project of Compose.

    Attributes:
        url: base of the gateway.
        secrets: name to password, as ``motcua compose-secrets`` made them.
    """

    def __init__(self, directory: Path) -> None:
        write_secrets(directory)
        PlayedClock(directory / "clock").start(load_office(ROOT / "infra" / "office").calendar)
        port = free_port()
        self.name = f"motcua-test-{uuid.uuid4().hex[:8]}"
        self.url = f"http://127.0.0.1:{port}"
        self.secrets: dict[str, str] = json.loads((directory / "secrets.json").read_text("utf-8"))
        self._env = os.environ | {"MOTCUA_COMPOSE_DIR": str(directory), "MOTCUA_HTTP_PORT": str(port)}
        self._env["MOTCUA_VERSION"] = "test"  # the images of a deployment on this engine stay what they are

    def compose(self, *arguments: str, timeout: float = 120, check: bool = True) -> str:
        """Run ``docker compose`` and return its output; when it fails, so does the test, with what was said."""
        files = ["-f", "docker-compose.yml", "-f", "tests/compose/playing.yml"]
        ended = subprocess.run(
            ["docker", "compose", "--ansi=never", "--progress=plain", "-p", self.name, *files, *arguments],
            cwd=ROOT,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and ended.returncode:
            raise AssertionError(
                f"docker compose {' '.join(arguments)}: {ended.stdout[-8000:]}\n{ended.stderr[-8000:]}"
            )
        return ended.stdout

    def up(self, *arguments: str, timeout: float = 1200) -> None:
        """Bring all services up, or those named, and wait until they are well; when they are not, say what they said."""
        wait = ("up", "-d", "--wait", "--wait-timeout", "300", *(() if arguments else ("--scale", "routing=3")))
        try:
            self.compose(*wait, *arguments, timeout=timeout)
        except AssertionError as error:
            said = self.compose("logs", "--no-color", "--tail", "30", check=False)
            raise AssertionError(f"{error}\n{self.compose('ps', '-a', check=False)}\n{said}") from None

    def containers(self) -> list[dict[str, Any]]:
        """Return what ``docker compose ps`` says of those that run."""
        return [json.loads(line) for line in self.compose("ps", "--format", "json").splitlines()]

    def inside(self, service: str, *command: str, check: bool = True) -> str:
        """Run a command in a service's container."""
        return self.compose("exec", "-T", service, *command, check=check)

    def check_topology(self) -> str:
        """Compare the broker with the topology, with the passwords that the containers have."""
        command = ("topology", "--secrets", "/run/secrets/broker", "check")
        return self.compose("run", "--rm", "-T", "--no-deps", "topology", *command)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    if not an_engine_with_compose_answers():
        assert "MOTCUA_ENGINE_IS_THERE" not in os.environ, "the engine that was there does not answer any more"
        pytest.skip("no Docker engine answers: compose-test not run")
    project = Project(tmp_path_factory.mktemp("compose"))
    try:
        project.compose("build", timeout=1200)
        project.up()
        yield project
    finally:
        project.compose("down", "-v", "--remove-orphans", "-t", "10", timeout=180)


@pytest.fixture
def until() -> Callable[..., Any]:
    def wait_until(look: Callable[[], Any], within: float = 60.0, what: str = "") -> Any:
        """Return the first true answer of ``look``; fail when there is none within the deadline."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.5)
        raise AssertionError(f"not within {within} s: {what or look}")

    return wait_until
