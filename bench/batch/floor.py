"""The floor: one loop that decodes a line, makes one durable insert and one confirmed publish, and goes on."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable

import pika
import pymongo

EXCHANGE, KEY, QUEUE = "floor.events", "dossier.received.v1", "floor.dossiers"


def run(lines: Iterable[bytes], amqp_uri: str, mongodb_uri: str) -> float:
    """Return lines a second.

    Args:
        mongodb_uri: asks for majority and journal.
    """
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(mongodb_uri)
    dossiers = client["floor_batch"]["dossiers"]
    persistent = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    with client, pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(QUEUE, EXCHANGE, KEY)
        channel.confirm_delivery()
        count, began = 0, time.monotonic()
        for line in lines:
            document = {"_id": str(uuid.uuid4()), **json.loads(line)}
            dossiers.insert_one(document)
            body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            channel.basic_publish(EXCHANGE, KEY, body, persistent, mandatory=True)
            count += 1
        return count / (time.monotonic() - began)
