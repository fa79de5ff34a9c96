"""What may be on the wire; properties that amqp cannot decode are told as such and do not end the connection.

A sender can put bytes that are no UTF-8 into a property, or a time beyond all years into a header. amqp raises from
inside its reading loop then; the message comes back with the next connection, and so do its innocent neighbours, whose
deliveries the broker counts. See docs/decisions/0005-quorum-queues.md.
"""

from __future__ import annotations

from typing import Any

from amqp import serialization, spec

#: Header that stands for properties which could not be decoded.
UNREADABLE = "x-unreadable-properties"
#: Larger bodies are parked unread: parsing holds up every other handler of the process. Files never travel in messages.
BODY_LIMIT = 1024 * 1024

_decode = serialization.decode_properties_basic


def decode_properties(buffer: Any, offset: int) -> tuple[dict[str, Any], int]:
    """Return the properties, or the one header that says that they cannot be read."""
    try:
        found: tuple[dict[str, Any], int] = _decode(buffer, offset)
    except Exception:  # noqa: BLE001 - whatever is wrong with them, the frame around them is whole
        return {"application_headers": {UNREADABLE: True}}, len(buffer)
    return found


def guard() -> None:
    """Let every connection of this process decode properties so; harmless when called again."""
    serialization.PROPERTY_CLASSES[spec.Basic.CLASS_ID] = decode_properties
