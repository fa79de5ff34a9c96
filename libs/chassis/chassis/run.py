"""Run one service: ``python -m chassis.run toys:ToyService``.

Exit codes: 0 stopped as asked (SIGTERM, SIGINT), 78 wrong settings, topology or credentials (sysexits EX_CONFIG),
1 died, or the broker did not answer for a minute. SIGTERM ends the process from any state within 10 s.
"""

from __future__ import annotations

import warnings

# eventlet's own warning at import; why it is here all the same: docs/decisions/0007-eventlet.md
warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import importlib  # noqa: E402 - nothing that opens sockets may be imported before the patch
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

import nameko  # noqa: E402
from amqp.exceptions import AccessRefused, NotAllowed, NotFound  # noqa: E402
from eventlet.event import Event  # noqa: E402
from kombu import Connection  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis import runtime, telemetry  # noqa: E402
from chassis.inbox import Inbox  # noqa: E402
from chassis.rpc import Rpc  # noqa: E402
from chassis.settings import Settings, SettingsFaults  # noqa: E402

EX_CONFIG = 78
HARD_STOP_SECONDS = 9.5
BROKER_PATIENCE_SECONDS = 60.0

_log = telemetry.logger(__name__)


class WrongTopology(Exception):
    """The broker refuses this user or lacks one of its queues; waiting will not help."""


def queues_of(service_class: Any) -> list[str]:
    """Return the queues that a service class consumes."""
    queues = set()
    for name in dir(service_class):
        for entrypoint in getattr(getattr(service_class, name), "nameko_entrypoints", ()):
            if isinstance(entrypoint, Inbox):
                queues.add(f"{service_class.name}.{entrypoint.contract.TYPE}")
            elif isinstance(entrypoint, Rpc):
                queues.add(f"rpc-{service_class.name}")
    return sorted(queues)


class BrokerAway(Exception):
    """The broker did not answer for ``BROKER_PATIENCE_SECONDS``; whoever supervises may start this process again."""


def check_topology(settings: Settings, queues: list[str]) -> None:
    """Ask the broker for each queue, and for the exchanges of retry and parking.

    What stock consumers would retry for ever, without a word, so ends the start.

    Raises:
        WrongTopology: a queue is missing, or the user or password is wrong.
        OSError: the broker is away; try again.
    """
    connection = Connection(settings.amqp_uri, connect_timeout=5)
    try:
        for queue in queues:
            connection.channel().queue_declare(queue, passive=True)
        if queues:
            steps = [f"{settings.service}.retry.{step}" for step in range(1, settings.retry_steps + 1)]
            for exchange in (*steps, f"{settings.service}.parked"):
                connection.channel().exchange_declare(exchange, "fanout", passive=True)
    except AccessRefused as error:
        raise WrongTopology(f"access refused: {error.reply_text}") from None
    except (NotFound, NotAllowed) as error:
        raise WrongTopology(str(error.reply_text)) from None
    finally:
        connection.collect()


def wait_for_broker(settings: Settings, queues: list[str], stopping: Event) -> None:
    """Check the topology as soon as the broker answers, for ``BROKER_PATIENCE_SECONDS`` at most."""
    with eventlet.Timeout(BROKER_PATIENCE_SECONDS, BrokerAway()):
        while not stopping.ready():
            try:
                check_topology(settings, queues)
                return
            except OSError as error:
                _log.warning("broker away at start", error=type(error).__name__)
                eventlet.sleep(0.5)


def serve(service_class: Any, settings: Settings, stopping: Event) -> None:
    """Run ``service_class`` until ``stopping`` is sent or it dies."""
    with nameko.config.patch(runtime.configuration(settings)):
        wait_for_broker(settings, queues_of(service_class), stopping)
        if stopping.ready():
            return
        runner = ServiceRunner()
        runner.add_service(service_class)
        runner.start()
        _log.info("started", service=settings.service)
        died = eventlet.spawn(runner.wait)
        died.link(lambda thread: stopping.ready() or stopping.send(None))
        stopping.wait()
        if died.dead:
            died.wait()
        runner.stop()
        _log.info("stopped", service=settings.service)


def main(path: str) -> int:
    module, _, name = path.partition(":")
    service_class = getattr(importlib.import_module(module), name)
    telemetry.set_up(
        service_class.name, os.environ.get("MOTCUA_LOG_LEVEL", "INFO"), os.environ.get("MOTCUA_OTLP_ENDPOINT")
    )
    try:
        settings = service_class.load_settings()
    except SettingsFaults as faults:
        _log.critical("wrong settings", faults=str(faults))
        return EX_CONFIG
    stopping = Event()

    def stop(*_: Any) -> None:
        # a signal handler may not switch greenlets: let the hub do it
        eventlet.spawn_n(lambda: stopping.ready() or stopping.send(None))
        # the alarm is the kernel's: it comes even while a handler holds the one thread
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, HARD_STOP_SECONDS)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    main_thread = eventlet.spawn(serve, service_class, settings, stopping)
    try:
        main_thread.wait()
    except WrongTopology as error:
        _log.critical("wrong topology", because=str(error))
        return EX_CONFIG
    except Exception as error:  # noqa: BLE001 - the supervisor starts it again; the log says why
        _log.critical("died", error=type(error).__name__, exc_info=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
