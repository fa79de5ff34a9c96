"""``Stack``: broker, database, mail sink and every process of Một Cửa on one machine, all of it in one directory."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from motcua import leash, topology
from motcua.accounts import sample_accounts
from motcua.broker import PrivateBroker
from motcua.database import PrivateDatabase
from motcua.keys import key_pair, statement_keys
from motcua.passwords import Secrets
from motcua.ports import Ports
from motcua.processes import Supervisor, read_procfile
from motcua.smtpsink import Mailbox

USER_OF = {"projection": "gateway"}
"""Broker user of a process, where it is not the process' own name."""

READY_SECONDS = 90

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Given:
    """Servers that are already there; None for a private one.

    Attributes:
        amqp_uri: host, port and perhaps the vhost of a RabbitMQ; its credentials are not used.
        rabbitmq_api: ``http://user:password@host:port`` of an administrator of that RabbitMQ.
        mongodb_uri: a MongoDB.
    """

    amqp_uri: str | None = None
    rabbitmq_api: str | None = None
    mongodb_uri: str | None = None

    def __post_init__(self) -> None:
        if bool(self.amqp_uri) != bool(self.rabbitmq_api):
            raise ValueError("MOTCUA_AMQP_URI needs MOTCUA_RABBITMQ_API beside it, and the other way round")

    @classmethod
    def from_environment(cls) -> Given:
        """Read MOTCUA_AMQP_URI, MOTCUA_RABBITMQ_API and MOTCUA_MONGODB_URI.

        Without the second, the management API is looked for on the broker's host, port 15672, with the first one's
        credentials.
        """
        names = ("MOTCUA_AMQP_URI", "MOTCUA_RABBITMQ_API", "MOTCUA_MONGODB_URI")
        amqp, api, mongodb = (os.environ.get(name) or None for name in names)
        if amqp and not api:
            parts = urlsplit(amqp)
            api = f"http://{parts.username or 'guest'}:{parts.password or 'guest'}@{parts.hostname}:15672"
        return cls(amqp, api, mongodb)


class Stack:
    """Everything of one machine.

    Args:
        directory: data, logs, keys and passwords; started again on it, everything is there again.
        root: the checkout: ``Procfile``, ``infra/``.
        given: servers to use instead of private ones.
        http_port: of the gateway; chosen once when None.
        env: further variables for every process (``MOTCUA_CLOCK_FILE`` of a demo).
        retry_seconds: another ladder than the topology's; tests.
        tell: called with one line per step.
    """

    def __init__(
        self,
        directory: Path,
        *,
        root: Path,
        given: Given | None = None,
        http_port: int | None = None,
        env: Mapping[str, str] | None = None,
        retry_seconds: tuple[float, ...] | None = None,
        tell: Tell = lambda line: None,
    ) -> None:
        self.directory, self.root = directory.resolve(), root.resolve()
        self.given = given or Given()
        self.ports = Ports(self.directory / "ports", http=http_port)
        self.secrets = Secrets(self.directory / "secrets.json")
        self.keys = key_pair(self.directory / "keys")
        self.mailbox = Mailbox(self.directory / "mailbox")
        self.supervisor = Supervisor(self.directory / "log")
        self.broker = None if self.given.amqp_uri else PrivateBroker(self.directory / "broker")
        self.database = None if self.given.mongodb_uri else PrivateDatabase(self.directory / "database")
        plan = topology.load(self.root / "infra" / "rabbitmq" / "topology.yaml")
        self.topology = plan.with_retry(retry_seconds) if retry_seconds else plan
        self.members = plan.members(self.root / "infra" / "office")
        self.commands = read_procfile(self.root / "Procfile")
        self._extra = dict(env or {})
        self._tell = tell

    def __enter__(self) -> Stack:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base of the gateway."""
        return f"http://127.0.0.1:{self.ports.get('http')}"

    @property
    def api(self) -> str:
        """Management API of the broker with an administrator's credentials."""
        if self.broker:
            return self.broker.url
        return topology.signed_in_as(str(self.given.rabbitmq_api), "operator", self.passwords()["operator"])

    @property
    def mongodb_uri(self) -> str:
        """URI of the database server."""
        return self.database.uri if self.database else str(self.given.mongodb_uri)

    def amqp_uri(self, user: str) -> str:
        """AMQP URI of a user of the topology, for instance ``department-TP``."""
        parts = urlsplit(str(self.given.amqp_uri))
        host = f"127.0.0.1:{self.broker.amqp_port}" if self.broker else f"{parts.hostname}:{parts.port or 5672}"
        scheme = "amqp" if self.broker else parts.scheme or "amqp"
        return f"{scheme}://{user}:{self.passwords()[user]}@{host}/{self.topology.vhost}"

    def passwords(self) -> dict[str, str]:
        """Broker user to password, for every user of the topology."""
        passwords = self.secrets.all(self.topology.users(self.members))
        admin = topology.credentials(self.broker.url if self.broker else str(self.given.rabbitmq_api))
        return passwords | {user: password for user, password in admin.items() if user in passwords}

    def definitions(self) -> dict[str, Any]:
        """Return what the broker is told: the topology with this stack's members and passwords."""
        return topology.render(self.topology, self.members, self.passwords())

    def start(self, *, deadline: float = READY_SECONDS) -> None:
        """Start servers, apply the topology, start every process and wait until all are ready.

        Raises:
            motcua.leash.NotReady: naming what is not ready, and why.
        """
        self.start_servers()
        self._tell("topology")
        topology.apply(self.definitions(), self.given.rabbitmq_api or self.api)
        self._tell("processes")
        sink = ["python", "-m", "motcua.smtpsink", "--port", str(self.ports.get("smtp"))]
        self.supervisor.start("mail", [*sink, "--mailbox", str(self.mailbox.directory)], self._common())
        for name, command in self.commands.items():
            self.supervisor.start(name, command, self.environment(name))
        self.wait_ready(deadline)

    def start_servers(self) -> None:
        """Start the private broker and database, and wait until they answer."""
        servers = [server for server in (self.broker, self.database) if server is not None]
        self._tell("servers")
        for server in servers:
            server.start()
        for server in servers:
            server.wait_ready()

    def wait_ready(self, deadline: float = READY_SECONDS) -> None:
        """Wait until ``/readyz`` of every process says so.

        Raises:
            motcua.leash.NotReady: naming each process that is not, with its reasons and the end of its log.
        """
        end_at = time.monotonic() + deadline
        while missing := {name: reason for name in self.commands if (reason := self.missing(name))}:
            gave_up = [name for name in missing if 78 in self.supervisor.deaths(name)]  # EX_CONFIG: no use in waiting
            if gave_up or time.monotonic() > end_at:
                parts = [f"{name}: {why}\n{leash.tail(self.supervisor.log(name))}" for name, why in missing.items()]
                raise leash.NotReady("not ready:\n" + "\n".join(parts))
            time.sleep(0.1)

    def missing(self, name: str) -> str | None:
        """Return why a process is not ready, None when it is."""
        if self.supervisor.pid(name) is None:
            return f"ended with {self.supervisor.deaths(name)[-1:] or 'nothing known'}"
        try:
            answer = requests.get(f"http://127.0.0.1:{self.ports.get(f'probe-{name}')}/readyz", timeout=5)
        except requests.RequestException as error:
            return type(error).__name__
        return None if answer.ok else f"{answer.status_code} {answer.text.strip()}"

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of one process of the Procfile: what it needs, and no other's secret."""
        own = {
            "MOTCUA_AMQP_URI": self.amqp_uri(USER_OF.get(name, name)),
            "MOTCUA_PROBE_PORT": str(self.ports.get(f"probe-{name}")),
        }
        if name == "intake":
            own["MOTCUA_TRACKING_KEY"] = self.secrets.hex("tracking-key")
            own["MOTCUA_SEARCH_KEY"] = self.secrets.hex("search-key")
            own |= statement_keys(self.secrets, self.members["ward"])
        if name == "notify":
            own |= {"MOTCUA_SMTP_HOST": "127.0.0.1", "MOTCUA_SMTP_PORT": str(self.ports.get("smtp"))}
            own["MOTCUA_SMTP_FROM"] = "motcua@localhost"
        if name == "gateway":
            own["MOTCUA_HTTP_BIND"] = f"127.0.0.1:{self.ports.get('http')}"
            own["MOTCUA_IDENTITY_PRIVATE_KEY"] = f"@{self.keys.private}"
            own["MOTCUA_ACCOUNTS_FILE"] = str(sample_accounts(self.directory / "accounts.json", self.secrets))
        return self._common() | own | self._extra

    def stop(self) -> dict[str, int]:
        """End processes, then servers; return each process' exit code. Harmless when nothing runs."""
        codes = self.supervisor.stop()
        for server in (self.broker, self.database):
            if server is not None:
                server.stop()
        return codes

    def _common(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        return kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "MOTCUA_MONGODB_URI": self.mongodb_uri,
            "MOTCUA_OFFICE_DIR": str(self.root / "infra" / "office"),
            "MOTCUA_IDENTITY_PUBLIC_KEY": f"@{self.keys.public}",
            "MOTCUA_RETRY_STEPS": str(len(self.topology.retry_seconds)),
            "MOTCUA_PUBLIC_URL": os.environ.get("MOTCUA_PUBLIC_URL", self.url),
        }


_NOT_INHERITED = frozenset({"MOTCUA_AMQP_URI", "MOTCUA_RABBITMQ_API", "MOTCUA_MONGODB_URI"})
