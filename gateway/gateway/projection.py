"""The process that reads events into the tracking projection; the HTTP process reads it from the database."""

from __future__ import annotations

from typing import Any

from chassis.database import connect
from chassis.errors import AlreadyHandled
from chassis.inbox import inbox
from chassis.service import Provided, Service
from chassis.settings import Settings, read
from gateway import messages
from gateway.tracking_store import COLLECTION, TrackingStore
from motcua_contracts.intake import (
    DossierOverdueV1,
    DossierProcessingStartedV1,
    DossierReceivedV1,
    DossierRescheduledV1,
    DossierResolvedV1,
    DossierReturnedV1,
    DossierSupplementAskedV1,
    DossierSupplementedV1,
)
from motcua_contracts.notify import NoticeSentV1
from motcua_contracts.routing import AssignmentIssuedV1


def load_settings() -> Settings:
    """Read the environment; signing keys and HTTP are the other process' business."""
    return read("gateway", Settings)


def _store(settings: Settings) -> TrackingStore:
    return TrackingStore(connect(settings.mongodb_uri, settings.database)[COLLECTION])


class GatewayProjection(Service):
    name = "gateway"
    load_settings = staticmethod(load_settings)

    tracking: TrackingStore = Provided(_store)

    @inbox(DossierReceivedV1)
    def on_dossier_received(self, message: Any) -> None:
        self._keep(message, digest=message.data["tracking_digest"])

    @inbox(DossierProcessingStartedV1)
    def on_dossier_processing_started(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierSupplementAskedV1)
    def on_dossier_supplement_asked(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierSupplementedV1)
    def on_dossier_supplemented(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierRescheduledV1)
    def on_dossier_rescheduled(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierOverdueV1)
    def on_dossier_overdue(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierResolvedV1)
    def on_dossier_resolved(self, message: Any) -> None:
        self._keep(message)

    @inbox(DossierReturnedV1)
    def on_dossier_returned(self, message: Any) -> None:
        self._keep(message)

    @inbox(AssignmentIssuedV1)
    def on_assignment_issued(self, message: Any, department: str) -> None:
        self._keep(message)

    @inbox(NoticeSentV1)
    def on_notice_sent(self, message: Any) -> None:
        self._keep(message)

    def _keep(self, message: Any, digest: str | None = None) -> None:
        if not self.tracking.add(message.data["code"], messages.fact(message), digest):
            raise AlreadyHandled(message.id)
