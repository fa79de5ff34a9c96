"""The AsyncAPI 3.0 document: every channel, who sends on it and who reads, with the golden examples."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from contract_tools import files
from contract_tools.references import rebase
from motcua_contracts import ALL, CONTENT_TYPE, Contract

_PARTNERS = {"department", "ward", "provider"}  # roles with one queue per holder: `department.<CODE>`
_AMQP = {"bindingVersion": "0.3.0"}


def publisher(contract: type[Contract]) -> str:
    """Return who says the message: the module of a contract is named after its speaker, also for commands."""
    return contract.__module__.split(".")[1]


def address(contract: type[Contract]) -> str:
    """Return the routing key, with ``{parameter}`` for the address of an addressed message."""
    return f"{contract.TYPE}.{{{contract.ADDRESS}}}" if contract.ADDRESS else contract.TYPE


def queue(contract: type[Contract], reader: str) -> str:
    """Return the name of the queue from which a reader takes the message."""
    return f"{reader}.{{{reader}}}" if reader in _PARTNERS else f"{reader}.{contract.TYPE}"


def document(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the whole document.

    Args:
        schemas: JSON Schema of each whole message by type, as ``generate.schemas`` makes them.
    """
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Một Cửa: messages of the one-stop office",
            "version": files.version(),
            "description": (
                "CloudEvents 1.0 in JSON structured mode over AMQP 0-9-1. Each message is a channel; its address is "
                "the routing key on the owner's topic exchange. The type carries the major version; within a major "
                "only optional fields are added. Readers ignore fields and tolerate values that they do not know."
            ),
        },
        "id": "urn:motcua:messages",
        "defaultContentType": CONTENT_TYPE,
        "channels": {contract.TYPE: _channel(contract) for contract in ALL},
        "operations": {name: made for contract in ALL for name, made in _operations(contract).items()},
        "components": {
            "messages": {contract.TYPE: _message(contract) for contract in ALL},
            "schemas": {name: made for kept in schemas.values() for name, made in _schemas(kept).items()},
        },
    }


def _channel(contract: type[Contract]) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": address(contract),
        "title": contract.TYPE,
        "description": f"Exchange `{contract.exchange()}`, routing key `{address(contract)}`.",
        "messages": {contract.TYPE: {"$ref": f"#/components/messages/{contract.TYPE}"}},
        "bindings": {
            "amqp": _AMQP
            | {
                "is": "routingKey",
                "exchange": {
                    "name": contract.exchange(), "type": "topic", "durable": True, "autoDelete": False,
                    "vhost": "motcua",
                },
            }
        },
    }  # fmt: skip
    if contract.ADDRESS:
        channel["parameters"] = {
            contract.ADDRESS: {
                "description": f"Code of the {contract.ADDRESS}, the same as in the data.",
                "location": f"$message.payload#/data/{contract.ADDRESS}",
            }
        }
    return channel


def _operations(contract: type[Contract]) -> dict[str, Any]:
    sender, readers = publisher(contract), list(contract.READERS)
    send = {
        "action": "send",
        "summary": f"{sender} says {contract.TYPE}; read by: {', '.join(readers)}.",
        "bindings": {"amqp": _AMQP | {"deliveryMode": 2, "mandatory": True}},
        "x-party": sender,
        "x-readers": readers,
    }
    made = {f"{sender}.send.{contract.TYPE}": send}
    for reader in readers:
        made[f"{reader}.receive.{contract.TYPE}"] = {
            "action": "receive",
            "summary": f"{reader} takes {contract.TYPE} from the queue {queue(contract, reader)}.",
            "bindings": {"amqp": _AMQP | {"ack": True}},
            "x-party": reader,
            "x-queue": queue(contract, reader),
        }
    channel = f"#/channels/{contract.TYPE}"
    where = {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{contract.TYPE}"}]}
    return {name: operation | where for name, operation in made.items()}


def _message(contract: type[Contract]) -> dict[str, Any]:
    example = files.read(files.EXAMPLES / contract.OWNER / f"{contract.TYPE}.json")
    description = inspect.cleandoc(contract.__doc__ or "")
    return {
        "name": contract.TYPE,
        "title": contract.__name__,
        "summary": description.partition("\n")[0],
        "description": description,
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{contract.TYPE}"},
        "correlationId": {"location": "$message.payload#/correlationid"},
        "examples": [{"name": "golden", "payload": example}],
        "x-owner": contract.OWNER,
        "x-readers": list(contract.READERS),
    }


def _schemas(message: Mapping[str, Any]) -> dict[str, Any]:
    """Split a message's schema into components: ``$id``, ``$schema`` and ``$defs`` have no place in the document."""
    whole = {key: value for key, value in message.items() if not key.startswith("$")}
    type_ = message["properties"]["type"]["const"]
    parts = {type_: whole, **message["$defs"]}
    return {name: rebase(part, "#/$defs/", "#/components/schemas/") for name, part in parts.items()}
