"""The composition root: settings in, a WSGI application out."""

from __future__ import annotations

import atexit
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from flask import Blueprint, Flask
from pymongo.errors import PyMongoError
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import telemetry
from chassis.clock import Clock
from chassis.database import connect
from gateway import docs, headers, health, limits, openapi, problems, tracing, wiring
from gateway.accounts import COLLECTION as ACCOUNTS
from gateway.accounts import Accounts, read_seeds
from gateway.api import (
    acts,
    attachments,
    batches,
    bundles,
    dossiers,
    drafts,
    evaluations,
    figures,
    kept_payments,
    paper_files,
    procedures,
    registers,
    sessions,
    tracking,
    uploads,
    wards,
)
from gateway.batch_store import COLLECTION as BATCHES
from gateway.batch_store import BatchStore
from gateway.departments import read_departments
from gateway.draining import Draining
from gateway.pages import evaluation, views
from gateway.rpc import RpcClient
from gateway.settings import GatewaySettings, load
from gateway.tracking_store import COLLECTION as TRACKING
from gateway.tracking_store import TrackingStore
from gateway.wiring import Parts
from papers import Papers

_log = telemetry.logger(__name__)


def create_app() -> Flask:
    """Return the application that the environment describes; what gunicorn calls in each worker.

    Raises:
        SettingsFaults, OfficeFaults, ValueError: naming what is wrong in the environment or its files.
    """
    settings = load()
    telemetry.set_up("gateway", settings.log_level, settings.otlp_endpoint)
    database = connect(settings.mongodb_uri, settings.database)
    accounts = Accounts(database[ACCOUNTS], read_seeds(settings.accounts_file))
    pushes = BatchStore(database[BATCHES])
    try:
        accounts.sow()
    except PyMongoError as error:  # the tracking form and the probes must come up; signing in sows again
        _log.error("accounts not sown", because=type(error).__name__)
    return assemble(
        Parts(
            settings=settings,
            rpc=RpcClient(settings.amqp_uri, settings.rpc_deadline),
            accounts=accounts,
            tracking=TrackingStore(database[TRACKING]),
            departments=read_departments(settings.office_dir),
            papers=Papers(settings.office_dir / "papers") if settings.office_dir else None,
            clock=Clock(settings.clock_file),
            batches=pushes,
            pool=_pool(settings),
            pushes=BoundedSemaphore(settings.batches),
            transfers=BoundedSemaphore(settings.transfers),
        )
    )


def assemble(parts: Parts) -> Flask:
    """Return an application of ``parts``; tests give it parts of their own."""
    settings = parts.settings
    app = Flask("gateway", static_folder="pages/static", template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    wiring.keep(app, parts)

    app.wsgi_app = Draining(app.wsgi_app)  # type: ignore[method-assign]
    tracing.install(app)
    headers.install(app)
    rooms = (
        dossiers, acts, wards, bundles, paper_files, drafts, kept_payments, batches, procedures, uploads,
        attachments, registers, figures, evaluations,
    )  # fmt: skip
    secured = [room.blueprint for room in rooms]
    public: list[Blueprint] = [tracking.blueprint, views.blueprint, evaluation.blueprint]
    limits.install(app, settings, secured=secured, sessions=[sessions.blueprint], public=public)
    api = openapi.install(app)
    for resource in (sessions.blueprint, *secured, tracking.blueprint):
        api.register_blueprint(resource)
    for plain in (views.blueprint, evaluation.blueprint, docs.blueprint, health.blueprint):
        app.register_blueprint(plain)
    problems.install(app)
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    return app


def _pool(settings: GatewaySettings) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(settings.batch_calls, thread_name_prefix="batch")
    atexit.register(pool.shutdown, wait=False, cancel_futures=True)
    return pool
