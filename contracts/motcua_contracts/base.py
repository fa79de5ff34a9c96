"""What every message contract has in common: a marshmallow schema with a type, an owner and an envelope."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Literal

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

CONTENT_TYPE = "application/cloudevents+json"


class ContractError(ValueError):
    """A message does not keep its contract.

    Attributes:
        messages: field path to list of faults, as marshmallow shapes them; names of fields, never their values.
    """

    def __init__(self, type_: str, messages: Mapping[str, Any]) -> None:
        super().__init__(f"{type_}: {_flat(messages)}")
        self.type = type_
        self.messages = dict(messages)


class Part(Schema):
    """A nested piece of a message. Unknown fields are ignored: a reader takes what it knows."""

    class Meta:
        unknown = EXCLUDE

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Read payloads as mappings only: marshmallow would find ``dict.copy`` for an absent field ``copy``."""
        return obj.get(attr, default) if isinstance(obj, Mapping) else super().get_attribute(obj, attr, default)


class Envelope(Part):
    """CloudEvents 1.0 context attributes and the extensions every Một Cửa message may carry.

    Source: CloudEvents 1.0.2 (JSON format, structured mode); W3C Trace Context for ``traceparent``.
    """

    specversion = fields.String(required=True, validate=validate.Equal("1.0"))
    id = fields.String(required=True, validate=validate.Length(min=1, max=128))
    source = fields.String(required=True, validate=validate.Length(min=1, max=256))
    type = fields.String(required=True, validate=validate.Length(min=1, max=128))
    subject = fields.String(required=True, validate=validate.Length(min=1, max=128))
    time = fields.AwareDateTime(required=True, format="iso", metadata={"unit": "UTC instant"})
    datacontenttype = fields.String(load_default="application/json", validate=validate.Equal("application/json"))
    dataschema = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=256))
    sequence = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(min=1),
        metadata={"description": "Position among the messages of this sender about this subject, from 1."},
    )  # fmt: skip
    correlationid = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=128))
    causationid = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=128))
    traceparent = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    data = fields.Dict(required=True)


@cache
def schema_of(schema: type[Schema]) -> Schema:
    """Return the one instance of a schema class; making one copies every field."""
    return schema()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that kept its contract.

    Attributes:
        id: unique per source; a repeat carries the same id.
        subject: dossier code, or the sender's own reference before there is a code.
        time: aware UTC instant of the fact.
        sequence: position in the sender's stream about the subject; None from senders that keep none.
        data: the payload as the contract's schema loaded it (UUIDs, aware datetimes).
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int | None
    correlationid: str | None
    causationid: str | None
    traceparent: str | None
    data: dict[str, Any]


class Contract(Part):
    """Base of every message: subclass fields describe ``data``.

    Class attributes:
        TYPE: CloudEvents type with the major version, also the routing key.
        OWNER: who publishes an event, or who obeys a command.
        KIND: an event goes to ``<owner>.events``, a command to ``<owner>.commands``.
        ADDRESS: name of the data field whose value ends the routing key; None when not addressed.
        READERS: services and roles that read it.
    """

    TYPE: ClassVar[str]
    OWNER: ClassVar[str]
    KIND: ClassVar[Literal["event", "command"]] = "event"
    ADDRESS: ClassVar[str | None] = None
    READERS: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def exchange(cls) -> str:
        """Name of the topic exchange that carries this message."""
        return f"{cls.OWNER}.{cls.KIND}s"

    @classmethod
    def open(cls, envelope: Any) -> Message:
        """Check a decoded envelope and return the message.

        Raises:
            ContractError: the envelope, its type or its data break the contract; park the message.
        """
        if not isinstance(envelope, Mapping):
            raise ContractError(cls.TYPE, {"envelope": ["must be a JSON object"]})
        try:
            head = schema_of(Envelope).load(dict(envelope))
        except ValidationError as error:
            raise ContractError(cls.TYPE, error.messages_dict) from None
        if head["type"] != cls.TYPE:
            raise ContractError(cls.TYPE, {"type": [f"expected {cls.TYPE}"]})
        try:
            data = schema_of(cls).load(head["data"])
        except ValidationError as error:
            raise ContractError(cls.TYPE, {"data": error.messages_dict}) from None
        names = Message.__slots__
        return Message(**{name: head[name] for name in names if name != "data"}, data=data)

    @classmethod
    def seal(
        cls, data: Mapping[str, Any], *, source: str, subject: str, time: datetime, message_id: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON-ready envelope around ``data``, checked by the contract itself.

        Args:
            data: native values (UUID, aware datetime); what the schema does not name is left out.
            source: URI path of the sender, for instance ``/motcua/intake``.
            subject: dossier code or own reference.
            time: aware instant of the fact.
            message_id: given only to repeat an earlier message.

        Raises:
            ContractError: the sender's own data or envelope attributes break the contract.
        """
        dumped: dict[str, Any] = schema_of(cls).dump(data)
        faults = schema_of(cls).validate(dumped)  # dump does not validate
        if faults:
            raise ContractError(cls.TYPE, {"data": faults})
        if time.utcoffset() is None:  # astimezone would take it for this machine's local time
            raise ContractError(cls.TYPE, {"time": ["must be aware"]})
        envelope = {
            "specversion": "1.0",
            "id": message_id or str(uuid.uuid4()),
            "source": source,
            "type": cls.TYPE,
            "subject": subject,
            "time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "dataschema": f"urn:motcua:schema:{cls.TYPE}",
            "data": _present(dumped),
        }
        if faults := schema_of(Envelope).validate(envelope):
            raise ContractError(cls.TYPE, faults)
        return envelope

    @classmethod
    def routing_key(cls, envelope: Mapping[str, Any]) -> str:
        """Return the routing key of a sealed message."""
        return f"{cls.TYPE}.{envelope['data'][cls.ADDRESS]}" if cls.ADDRESS else cls.TYPE


def _present(value: Any) -> Any:
    """Return a value without what is None in it, at any depth: absent and null mean the same to a reader."""
    if isinstance(value, Mapping):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value


def _flat(messages: Mapping[str, Any], prefix: str = "") -> str:
    parts = []
    for key, value in messages.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            parts.append(_flat(value, f"{path}."))
        else:
            parts.append(f"{path}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    return "; ".join(parts)
