"""The process that reads events into the tracking projection; the HTTP process reads it from the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chassis.database import connect
from chassis.errors import AlreadyHandled
from chassis.inbox import inbox
from chassis.service import Provided, Service
from chassis.settings import Settings, read
from gateway import messages
from gateway.tracking_store import COLLECTION, TrackingStore
from motcua_contracts import BY_TYPE


def load_settings() -> Settings:
    """Read the environment; signing keys and HTTP are the other process' business."""
    return read("gateway", Settings)


def _store(settings: Settings) -> TrackingStore:
    return TrackingStore(connect(settings.mongodb_uri, settings.database)[COLLECTION])


class GatewayProjection(Service):
    """Has a method ``on_<event>`` for each type in ``messages.KEPT``; see below."""

    name = "gateway"
    load_settings = staticmethod(load_settings)

    tracking: TrackingStore = Provided(_store)

    def keep(self, message: Any) -> None:
        """Keep what an event tells tracking; ``AlreadyHandled`` when it is there."""
        if not self.tracking.add(
            message.data["code"], messages.fact(message), digest=message.data.get("tracking_digest")
        ):
            raise AlreadyHandled(message.id)


def _reader(kind: str) -> Callable[..., None]:
    @inbox(messages.true_to_history(BY_TYPE[kind]))
    def on_event(self: GatewayProjection, message: Any, *_address: str) -> None:
        self.keep(message)

    return on_event


for _kind in messages.KEPT:  # every event is kept alike; what is kept of it is the table's affair
    _name = _kind.removeprefix("dossier.").removesuffix(".v1").replace(".", "_").replace("-", "_")
    setattr(GatewayProjection, f"on_{_name}", _reader(_kind))
