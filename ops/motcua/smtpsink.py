"""A real SMTP server that keeps every message: ``python -m motcua.smtpsink --port P --mailbox DIR``.

Each message is an ``.eml`` file, and one line of ``index.jsonl`` once the file is whole.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import signal
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Mail:
    """One line of the index: ``received_at`` is an aware UTC instant, ``file`` the name of the ``.eml``."""

    message_id: str
    to: tuple[str, ...]
    subject: str
    received_at: datetime
    file: str


class Mailbox:
    """A directory of received messages."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._index = directory / "index.jsonl"

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Store one message."""
        self.directory.mkdir(parents=True, exist_ok=True)
        name = f"{uuid.uuid4()}.eml"
        (self.directory / name).write_bytes(content)
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        line = {
            "message_id": str(parsed.get("message-id", "")),
            "from": sender,
            "to": recipients,
            "subject": str(parsed.get("subject", "")),
            "received_at": datetime.now(UTC).isoformat(),
            "file": name,
        }
        with self._index.open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=False) + "\n")

    def messages(self) -> list[Mail]:
        """Return what was received, oldest first; a line that is still being written is left for the next look."""
        if not self._index.exists():
            return []
        whole = self._index.read_text(encoding="utf-8").rpartition("\n")[0]
        return [_mail(json.loads(line)) for line in whole.splitlines()]

    def text(self, mail: Mail) -> str:
        """Return the plain text of a message."""
        content = (self.directory / mail.file).read_bytes()
        body = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
        return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


class Sink:
    """aiosmtpd's handler: takes everything."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        self._mailbox.keep(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 OK"


def _mail(line: dict[str, Any]) -> Mail:
    return Mail(
        line["message_id"],
        tuple(line["to"]),
        line["subject"],
        datetime.fromisoformat(line["received_at"]),
        line["file"],
    )


async def serve(port: int, mailbox: Path) -> None:
    """Take mail on 127.0.0.1 until SIGTERM or SIGINT."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    sink = Sink(Mailbox(mailbox))
    server = await loop.create_server(lambda: SMTP(sink, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port)
    async with server:
        await stopped.wait()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--mailbox", type=click.Path(file_okay=False, path_type=Path), required=True)
def main(port: int, mailbox: Path) -> None:
    """Take mail on 127.0.0.1 and keep it in a directory."""
    asyncio.run(serve(port, mailbox))


if __name__ == "__main__":
    main()
