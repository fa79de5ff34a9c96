"""What each service class starts from, and how its rooms reach it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from nameko.extensions import DependencyProvider
from pymongo import IndexModel

from chassis import runtime, telemetry
from chassis.clock import Clock
from chassis.database import connect
from chassis.documents import Documents
from chassis.probes import Probes
from chassis.relay import OutboxRelay
from chassis.settings import Settings


class Provided(DependencyProvider):
    """Give each worker what ``factory(settings)`` made once at start."""

    def __init__(self, factory: Callable[[Any], Any]) -> None:
        self._factory = factory

    def setup(self) -> None:
        self.provided = self._factory(runtime.settings())

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.provided


class Stored(DependencyProvider):
    """Give each worker a store over one collection of the service's own database.

    Args:
        store: class with ``COLLECTION`` and ``INDEXES``, made with the ``Documents`` of that collection.
        from_settings: further arguments of the class, each as a function of the service's settings.
    """

    relay = OutboxRelay()

    def __init__(self, store: Any, **from_settings: Callable[[Any], Any]) -> None:
        self._store = store
        self._from_settings = from_settings

    def setup(self) -> None:
        settings = runtime.settings()
        collection = connect(settings.mongodb_uri, settings.database)[self._store.COLLECTION]
        indexes: list[IndexModel] = self._store.INDEXES
        documents = Documents(collection, self.relay, indexes)
        documents.create_indexes()
        self.relay.sweep(documents)
        self.store = self._store(documents, **{name: read(settings) for name, read in self._from_settings.items()})

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.store


class Tracing(DependencyProvider):
    """Bind ids to the log lines of a worker, and continue the trace of what caused it."""

    def worker_setup(self, worker_ctx: Any) -> None:
        ids = {key: value for key, value in worker_ctx.data.items() if isinstance(value, str)}
        incoming = ids.pop("traceparent", None)
        span = telemetry.start_span(f"{worker_ctx.service_name}.{worker_ctx.entrypoint.method_name}", incoming)
        span.__enter__()
        worker_ctx.span = span
        telemetry.bind(**ids, trace_id=telemetry.trace_id())

    def worker_teardown(self, worker_ctx: Any) -> None:
        span = getattr(worker_ctx, "span", None)
        if span is not None:
            span.__exit__(None, None, None)


class Service:
    """Base of the service classes; ``name`` is the service's name on the bus."""

    name: ClassVar[str]
    load_settings: ClassVar[Callable[[], Settings]]

    tracing = Tracing()
    probes = Probes()
    clock: Any = Provided(lambda settings: Clock(settings.clock_file))
