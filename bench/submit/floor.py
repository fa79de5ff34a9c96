"""The floor: Flask, one insert and one confirmed publish; run by gunicorn as the gateway is.

Environment: ``BENCH_AMQP``, ``BENCH_MONGODB`` (URIs; the latter asks for majority and journal).
"""

from __future__ import annotations

import json
import os
import threading
import uuid
from typing import Any

import pymongo
from flask import Flask, Response, jsonify, request
from kombu import Connection, Producer

EXCHANGE, KEY, QUEUE = "floor.events", "dossier.received.v1", "floor.dossiers"


def create_app() -> Flask:
    """Return the application; one database client, one broker connection per thread."""
    app, own = Flask(__name__), threading.local()
    client: pymongo.MongoClient[Any] = pymongo.MongoClient(os.environ["BENCH_MONGODB"])
    dossiers = client["floor_submit"]["dossiers"]

    def producer() -> Producer:
        if not hasattr(own, "producer"):
            broker = Connection(os.environ["BENCH_AMQP"], transport_options={"confirm_publish": True})
            own.producer = Producer(broker)
        return own.producer

    @app.post("/api/dossiers")
    def submit() -> tuple[Response, int]:
        document = {"_id": str(uuid.uuid4()), **request.get_json()}
        dossiers.insert_one(document)
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        producer().publish(
            body, exchange=EXCHANGE, routing_key=KEY, mandatory=True, delivery_mode=2,
            content_type="application/json", content_encoding="utf-8",
        )  # fmt: skip
        return jsonify(document), 201

    return app
