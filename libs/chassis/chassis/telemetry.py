"""Logs, metrics and traces: one line of JSON per fact, ids only, never a body."""

from __future__ import annotations

import io
import logging
import logging.config
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any, TextIO

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("chassis_messages", "Messages by how they ended", ["queue", "end"])
REPLAYED = Counter("chassis_replayed", "Messages that an operator had put back, by how they ended", ["queue", "end"])
HANDLING = Histogram("chassis_handling_seconds", "Time in a handler", ["queue"])
CALLS = Counter("chassis_rpc_calls", "RPC calls by how they ended", ["method", "end"])
PUBLISHED = Counter("chassis_published", "Publishes by how they ended", ["exchange", "end"])
OUTBOX_LATE = Gauge("chassis_outbox_late", "Documents whose outbox waits beyond its lease", ["collection"])
DUE = Counter("chassis_due_rows", "Due rows claimed", ["collection"])

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_PROPAGATOR = TraceContextTextMapPropagator()
_IDS = RandomIdGenerator()
_exported = False  # whether spans go anywhere


class _Lines(structlog.WriteLogger):
    """A logger of our own: a line for each call, under a name."""

    def __init__(self, file: TextIO, name: str = "") -> None:
        super().__init__(file)
        self.name = name

    def msg(self, message: str) -> None:
        """Write a line; that it cannot be written, on a full disk perhaps, must not stop the work that it tells of."""
        try:
            super().msg(message)
        except OSError as error:
            logging.getLogger("chassis.telemetry").warning("a line was not written: %s", type(error).__name__)

    debug = info = warning = error = critical = exception = msg


def set_up(
    service: str, level: str = "INFO", otlp_endpoint: str | None = None, stream: str = "ext://sys.stdout"
) -> None:
    """Send every log, our own and the libraries', as JSON to ``stream``, and make traces flow."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
    ]
    written: list[Any] = [_places, structlog.processors.JSONRenderer(ensure_ascii=False)]
    level = level if level in LEVELS else "INFO"
    logging.config.dictConfig(
        {
            "version": 1,
            # True would silence every library logger made before this call, failures included
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
                }
            },
            "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": stream}},
            "root": {"handlers": ["out"], "level": level},
            "loggers": {
                # nameko prints whole exceptions of handlers, whose texts may hold personal data; the chassis logs
                # the class and the reason itself
                "nameko.containers": {"level": "CRITICAL"},
                "kombu": {"level": "ERROR"},
                "amqp": {"level": "ERROR"},
                "pymongo": {"level": "WARNING"},
            },
        }
    )
    # our own lines go out without the detour through logging, which takes twice the time
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=partial(_Lines, _able_to_write_all(getattr(sys, stream.rpartition(".")[2]))),
        cache_logger_on_first_use=True,
    )
    global _exported
    _exported = bool(otlp_endpoint)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(provider)


def _able_to_write_all(stream: TextIO) -> TextIO:
    """Let half a character, which a sender may put into a property, be written as its escape."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def where(error: BaseException) -> list[str]:
    """Return file and line of each frame; the text of an exception may hold personal data and stays out."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-8:]


def _places(_logger: Any, _method: str, event: Any) -> Any:
    """Replace an exception by its class and its places: its text and its local variables are somebody's data."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event.update(error=type(error).__name__, where=where(error))
    return event


def start_span(name: str, traceparent: str | None) -> Any:
    """Begin a span that continues ``traceparent`` (W3C Trace Context), or a new trace; use as a context manager."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    context = _PROPAGATOR.extract(carrier)
    if not _exported:
        return trace.use_span(trace.NonRecordingSpan(_next(trace.get_current_span(context).get_span_context())))
    return trace.get_tracer("chassis").start_as_current_span(name, context=context, record_exception=False)


def _next(parent: trace.SpanContext) -> trace.SpanContext:
    """Return a context of the same trace, or of a new one, for a span that nobody will look at."""
    trace_id = parent.trace_id if parent.is_valid else _IDS.generate_trace_id()
    flags = parent.trace_flags if parent.is_valid else trace.TraceFlags(trace.TraceFlags.SAMPLED)
    return trace.SpanContext(trace_id, _IDS.generate_span_id(), False, flags, parent.trace_state)


def traceparent() -> str | None:
    """Return the ``traceparent`` of the span in progress, or None outside one."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """Return the id of the trace in progress as 32 hex digits, or None."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def bind(**ids: Any) -> None:
    """Forget the ids of earlier work in this thread and log these from now on."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**{name: value for name, value in ids.items() if value is not None})


def bound() -> Mapping[str, Any]:
    """Return the ids that log lines of this thread carry."""
    return structlog.contextvars.get_contextvars()


def logger(name: str) -> Any:
    """Return a structured logger."""
    return structlog.get_logger(name)
