"""Ours, the floor and plain nameko, each started and wired on the same servers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

import pika

from bench.journey.contender import Contender, Waits
from bench.journey.floor import ADDRESS, READS
from bench.journey.messages import DEPARTMENT, WARD
from bench.journey.partners import Wires
from bench.servers import environment, vhost
from motcua.stack import Stack
from motcua.topology.management import Management

SERVICES = ("intake", "routing", "notify", "gateway")
#: Process of the Procfile that does a service's part of the journey, where it is not called like the service.
PROCESSES = {service: "projection" if service == "gateway" else service for service in SERVICES}
READY_SECONDS = 60.0
READERS = sum(map(len, READS.values()))


def ours(stack: Stack, waits: Waits) -> Contender:
    """Return the running services of ``stack``."""
    wires = Wires(
        ward=stack.amqp_uri(f"ward-{WARD}"),
        department=stack.amqp_uri(f"department-{DEPARTMENT}"),
        submit=("intake.commands", f"dossier.submit.v1.{WARD}"),
        answers=f"ward.{WARD}",
        work=f"department.{DEPARTMENT}",
        said="department.events",
        ending=f".{DEPARTMENT}",
    )
    return Contender("ours", stack, PROCESSES, "motcua_", wires, waits)


def floor(stack: Stack, waits: Waits) -> Contender:
    """Start the four processes in kombu and pymongo; the same exchanges and quorum queues on a vhost of their own."""
    uri = vhost(stack, "bench-floor")
    answers, work = f"ward.{WARD}", f"department.{DEPARTMENT}"
    bindings = [
        (exchange, type_ + ADDRESS.get(type_, ""), f"{service}.{type_}")
        for service, types in READS.items()
        for type_, exchange in types.items()
    ]
    bindings += [("intake.events", f"submission.answered.v1.{WARD}", answers)]
    bindings += [("routing.events", f"assignment.issued.v1.{DEPARTMENT}", work)]
    _declare(uri, bindings)
    for service in SERVICES:
        env = environment(
            BENCH_AMQP=uri,
            BENCH_MONGODB=stack.mongodb_uri,
            BENCH_DATABASE=f"floor_{service}",
            BENCH_SMTP_PORT=str(stack.ports.get("smtp")),
        )
        stack.supervisor.start(f"floor-{service}", ["python", "-m", "bench.journey.floor", service], env)
    _wait_for_readers(stack, "bench-floor")
    wires = Wires(uri, uri, ("intake.commands", f"dossier.submit.v1.{WARD}"), answers, work, "department.events",
                  f".{DEPARTMENT}")  # fmt: skip
    return Contender("floor", stack, {name: f"floor-{name}" for name in SERVICES}, "floor_", wires, waits)


def nameko(stack: Stack, waits: Waits) -> Contender:
    """Start the four services in plain nameko, which makes its own exchanges and queues on a vhost of its own."""
    uri = vhost(stack, "bench-nameko")
    work, answers = "department", "ward"
    _declare(
        uri, [("routing.events", "assignment.issued.v1", work), ("intake.events", "submission.answered.v1", answers)]
    )
    config = stack.directory / "nameko.yaml"
    values = {"AMQP_URI": uri, "MONGODB_URI": stack.mongodb_uri, "DATABASE_PREFIX": "nameko_"}
    config.write_text(json.dumps({**values, "SMTP_PORT": stack.ports.get("smtp")}))  # JSON is YAML
    for service in SERVICES:
        command = ["nameko", "run", "--config", str(config), f"bench.journey.stock:{service.title()}"]
        stack.supervisor.start(f"nameko-{service}", command, environment(PYTHONWARNINGS="ignore"))
    _wait_for_readers(stack, "bench-nameko")
    wires = Wires(uri, uri, ("ward.events", "dossier.submit.v1"), answers, work, "department.events",
                  content_type="application/json")  # fmt: skip
    return Contender("nameko", stack, {name: f"nameko-{name}" for name in SERVICES}, "nameko_", wires, waits)


def _declare(uri: str, bindings: Iterable[tuple[str, str, str]]) -> None:
    """Make topic exchanges and quorum queues, bound as (exchange, routing key, queue)."""
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        for exchange, key, queue in bindings:
            channel.exchange_declare(exchange, "topic", durable=True)
            channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(queue, exchange, key)


def _wait_for_readers(stack: Stack, name: str) -> None:
    """Wait until every queue of the journey has its consumer on this vhost."""
    api, end = Management(stack.api), time.monotonic() + READY_SECONDS
    while (found := len(api.call("GET", f"consumers/{name}"))) < READERS:
        if time.monotonic() > end:
            raise TimeoutError(f"{name}: {found} of {READERS} consumers after {READY_SECONDS:.0f} s")
        time.sleep(0.2)
