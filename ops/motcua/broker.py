"""A private RabbitMQ node: Debian's program run directly, all of it in one directory and on 127.0.0.1."""

from __future__ import annotations

import subprocess
from pathlib import Path

from motcua import leash, node
from motcua.passwords import Secrets
from motcua.ports import Ports
from motcua.topology.management import Management, ManagementUnreachable

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The program itself; the wrapper in ``/usr/sbin`` changes the user and passes no SIGTERM on."""


class PrivateBroker(leash.Server):
    """One RabbitMQ node with management and prometheus plugins; data and logs under ``directory``.

    Started again on the same directory it has its messages, users and ports again.

    Args:
        directory: made when missing.
        amqp_port, api_port: chosen freely at the first start when not given.

    Attributes:
        url: management API with the credentials of the administrator ``operator``.
    """

    def __init__(self, directory: Path, *, amqp_port: int | None = None, api_port: int | None = None) -> None:
        self.directory = directory.resolve()
        self.log = self.directory / "broker.log"
        self._ports = Ports(self.directory / "ports", amqp=amqp_port, api=api_port)
        self.amqp_port, self.api_port = self._ports.get("amqp"), self._ports.get("api")
        self.metrics_port = self._ports.get("metrics")
        self.password = Secrets(self.directory / "secrets.json").get("operator")
        self.url = f"http://operator:{self.password}@127.0.0.1:{self.api_port}"
        self._epmd: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the node, None while it does not run."""
        return self._node.pid if self._node and self._node.poll() is None else None

    def start(self) -> None:
        """Start the node; :meth:`wait_ready` says when it can be used.

        Raises:
            FileNotFoundError: RabbitMQ is not installed.
        """
        if self.pid is not None:
            return
        if not SERVER.exists():
            raise FileNotFoundError(f"{SERVER} is missing: install the package rabbitmq-server")
        environment = node.prepare(self.directory, self._ports, self.password)
        # epmd, Erlang's name server, daemonises itself when a node finds none: run it as a child of ours first.
        epmd = ["epmd", "-port", environment["ERL_EPMD_PORT"], "-address", "127.0.0.1"]
        if self._epmd is None or self._epmd.poll() is not None:
            self._epmd = leash.start(epmd, log=self.directory / "epmd.log", env=environment)
        self._node = leash.start([str(SERVER)], log=self.log, env=environment, cwd=self.directory)

    def wait_ready(self, deadline: float = 60) -> None:
        """Wait until the node takes AMQP connections and its management API answers.

        Raises:
            motcua.leash.NotReady: not in time; the text has the log's end.
        """
        leash.wait_until(self._missing, what="RabbitMQ", process=self._node, log=self.log, deadline=deadline)

    def kill(self) -> None:
        """End the node as a power cut would: SIGKILL to its whole process group."""
        if self._node is not None:
            leash.kill(self._node)

    def stop(self, *, in_order: bool = True) -> None:
        """Shut the node down, and its name server.

        Args:
            in_order: takes RabbitMQ 6 s; tests, whose data nobody needs again, kill it instead.
        """
        if self._node is not None and in_order:
            leash.end(self._node, grace=20)
        self.kill()
        if self._epmd is not None:
            leash.end(self._epmd, grace=2)

    def uri(self, user: str, password: str, vhost: str = "motcua") -> str:
        """Return the AMQP URI of a user (passwords here are URL-safe)."""
        return f"amqp://{user}:{password}@127.0.0.1:{self.amqp_port}/{vhost}"

    def _missing(self) -> str | None:
        try:
            Management(self.url).call("GET", f"health/checks/port-listener/{self.amqp_port}")
        except ManagementUnreachable as error:
            return str(error)
        return None
