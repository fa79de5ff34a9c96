"""Servers for the test run: those that the environment names, else containers if an engine answers, else own processes.

===================================  ==========================================================================
``TEST_AMQP_URI``                    a RabbitMQ to use, with ``TEST_RABBITMQ_API`` (``http://user:password@host:port``
                                     of an administrator); its vhost ``motcua`` and our users are made there
``TEST_MONGODB_URI``                 a MongoDB to use
``RABBITMQ_IMAGE``, ``MONGO_IMAGE``  images of the containers
``TEST_NO_CONTAINERS``               set to skip the engine
===================================  ==========================================================================
"""

import eventlet

eventlet.monkey_patch()  # before pymongo, kombu and nameko are imported

import os  # noqa: E402 - see above
import secrets  # noqa: E402
import uuid  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Iterator, Mapping  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from functools import cache  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402
from kombu import Connection  # noqa: E402

from motcua import leash, topology  # noqa: E402
from motcua.broker import PrivateBroker  # noqa: E402
from motcua.database import PrivateDatabase  # noqa: E402

# The same examples each time, so that a run says something of the change and not of chance; HYPOTHESIS_PROFILE=explore
# looks further.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parent.parent
FAST_RETRY_SECONDS = (0.05, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2)
MEMBERS = {
    "department": ("TP", "QLDT", "KT", "TNMT", "LDTBXH"),
    "ward": ("26734", "26737", "26740"),
    "provider": ("KBNN", "PAYGOV"),
}


@dataclass
class Broker:
    """A RabbitMQ with the topology on it, retry queues running fast.

    Attributes:
        api: management URL of ``operator``.
        passwords: of every user of the topology; ``members`` are its partner roles' members.
        private: the node when it is ours to kill, else None.
    """

    host: str
    port: int
    api: str
    passwords: dict[str, str]
    private: PrivateBroker | None = None
    members: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MEMBERS)
    retry_seconds: tuple[float, ...] = FAST_RETRY_SECONDS
    definitions: dict[str, Any] = field(default_factory=dict)

    def uri(self, user: str) -> str:
        """AMQP URI of one of the topology's users, for instance ``intake``, ``ward-26734``, ``operator``."""
        return f"amqp://{user}:{self.passwords[user]}@{self.host}:{self.port}/motcua"

    def kill(self) -> None:
        """Kill the node as a power cut would; skips the test when it is not ours."""
        self._own().kill()

    def start(self) -> None:
        """Start the killed node again and wait until it takes connections."""
        self._own().start()
        self._own().wait_ready()

    def purge(self) -> None:
        """Empty every queue of the topology."""
        with Connection(self.uri("operator")) as connection, connection.channel() as channel:
            for queue in self.definitions["queues"]:
                channel.queue_purge(queue["name"])

    def depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        with Connection(self.uri("operator")) as connection, connection.channel() as channel:
            return channel.queue_declare(queue, passive=True).message_count

    def _own(self) -> PrivateBroker:
        if self.private is None:
            pytest.skip("the broker of this run is not ours to kill")
        return self.private


@dataclass(frozen=True)
class Database:
    """A MongoDB server.

    Attributes:
        uri: asks for majority and journal.
        private: the server when it is ours to kill, else None.
    """

    uri: str
    private: PrivateDatabase | None = None


RABBITMQ_IMAGE = os.environ.get("RABBITMQ_IMAGE", "rabbitmq:3.13-management")
MONGO_IMAGE = os.environ.get("MONGO_IMAGE", "mongo:7")


@cache
def an_engine_answers() -> bool:
    """Whether a container engine is there and has the images, or can get them.

    Its socket is looked for first, so that a plain machine does not wait.
    """
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if os.environ.get("TEST_NO_CONTAINERS") or (
        address.startswith("unix://") and not Path(address.removeprefix("unix://")).exists()
    ):
        return False
    import docker
    from docker.errors import DockerException, ImageNotFound

    images = [RABBITMQ_IMAGE, MONGO_IMAGE]
    if os.environ.get("TESTCONTAINERS_RYUK_DISABLED", "").lower() not in ("1", "true"):
        from testcontainers.core.config import testcontainers_config

        images.append(testcontainers_config.ryuk_image)
    try:
        client = docker.DockerClient(base_url=address, timeout=3)
        client.ping()
        for image in images:
            try:
                client.images.get(image)
            except ImageNotFound:
                docker.DockerClient(base_url=address, timeout=300).images.pull(image)
    except (DockerException, OSError) as error:
        warnings.warn(f"a container engine is there but cannot be used ({error}): own processes", stacklevel=2)
        return False
    client.close()
    return True


def set_up(host: str, port: int, api: str, private: PrivateBroker | None = None) -> Broker:
    """Put the topology on a broker and return it with its users' passwords."""
    plan = topology.load(ROOT / "infra" / "rabbitmq" / "topology.yaml").with_retry(FAST_RETRY_SECONDS)
    passwords = {user: secrets.token_urlsafe(16) for user in plan.users(MEMBERS)}
    passwords |= {user: password for user, password in topology.credentials(api).items() if user in passwords}
    definitions = topology.render(plan, MEMBERS, passwords)
    topology.apply(definitions, api)
    api = topology.signed_in_as(api, "operator", passwords["operator"])
    return Broker(host, port, api, passwords, private, definitions=definitions)


@contextmanager
def broker_container() -> Iterator[Broker]:
    """Run RabbitMQ in a container."""
    from testcontainers.core.container import DockerContainer

    password = secrets.token_urlsafe(16)
    container = (
        DockerContainer(RABBITMQ_IMAGE)
        .with_exposed_ports(5672, 15672)
        .with_env("RABBITMQ_DEFAULT_USER", "operator")
        .with_env("RABBITMQ_DEFAULT_PASS", password)
    )
    with container:
        host = container.get_container_host_ip()
        port, api_port = int(container.get_exposed_port(5672)), int(container.get_exposed_port(15672))
        api = f"http://operator:{password}@{host}:{api_port}"

        def missing() -> str | None:
            try:
                topology.Management(api).call("GET", "health/checks/port-listener/5672")
            except topology.ManagementUnreachable as error:
                return str(error)
            return None

        leash.wait_until(missing, what="RabbitMQ", process=None, log=Path(os.devnull), deadline=90)
        yield set_up(host, port, api)


@pytest.fixture(scope="session")
def servers_are_given() -> bool:
    """Whether the servers of this run come from the environment or an engine rather than from processes of ours."""
    return bool(os.environ.get("TEST_AMQP_URI")) or an_engine_answers()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The RabbitMQ of this run, with our topology on it."""
    if given := os.environ.get("TEST_AMQP_URI"):
        parts = urlsplit(given)
        yield set_up(parts.hostname or "127.0.0.1", parts.port or 5672, os.environ["TEST_RABBITMQ_API"])
        return
    if an_engine_answers():
        with broker_container() as contained:
            yield contained
        return
    private = PrivateBroker(tmp_path_factory.mktemp("broker"))
    try:
        private.start()
        private.wait_ready()
        yield set_up("127.0.0.1", private.amqp_port, private.url, private)
    finally:
        private.stop(in_order=False)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database server of this run."""
    if given := os.environ.get("TEST_MONGODB_URI"):
        yield Database(given)
        return
    if an_engine_answers():
        from testcontainers.community.mongodb import MongoDbContainer

        with MongoDbContainer(MONGO_IMAGE) as container:
            yield Database(f"{container.get_connection_url()}/?w=majority&journal=true")
        return
    with PrivateDatabase(tmp_path_factory.mktemp("database")) as private:
        yield Database(private.uri, private)


@pytest.fixture
def fresh_database() -> str:
    """A database name of this test's own. Never dropped: dropping blocks the embedded server for seconds."""
    return f"test_{uuid.uuid4().hex[:20]}"
