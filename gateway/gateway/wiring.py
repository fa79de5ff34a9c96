"""The parts that views use, put together once by the composition root."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from flask import Flask, current_app

from chassis.clock import Clock
from gateway.accounts import Accounts
from gateway.batch_store import BatchStore
from gateway.departments import Departments
from gateway.rpc import Caller
from gateway.settings import GatewaySettings
from gateway.tracking_store import TrackingStore
from papers import Papers

_KEY = "motcua"


@dataclass(frozen=True)
class Parts:
    """What one application holds.

    Attributes:
        departments: names of departments by code and day.
        papers: draws the office's papers.
        batches: how far each push has come.
        pool: threads for the lines of batches; each thread has its own RPC connection.
        pushes: one for each batch that may run at once, so that batches leave threads to everybody else.
        transfers: one for each file that may be on its way at once, likewise.
    """

    settings: GatewaySettings
    rpc: Caller
    accounts: Accounts
    tracking: TrackingStore
    departments: Departments
    papers: Papers | None
    clock: Clock
    batches: BatchStore
    pool: ThreadPoolExecutor
    pushes: BoundedSemaphore
    transfers: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(8))


def keep(app: Flask, made: Parts) -> None:
    """Give ``app`` its parts."""
    app.extensions[_KEY] = made


def held_by(app: Flask) -> Parts:
    """Return the parts of ``app``."""
    made: Parts = app.extensions[_KEY]
    return made


def parts() -> Parts:
    """Return the parts of the application that answers now."""
    return held_by(current_app)
