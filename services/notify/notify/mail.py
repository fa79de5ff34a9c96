"""E-mail through SMTP: the one room that knows the mail server."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from chassis.catalogue import catalogue
from notify.domain import CHOICES, LINES, Notice, lease
from notify.settings import Settings

TEXTS = Path(__file__).parent / "texts"
VIETNAM = timezone(timedelta(hours=7))
#: Replies that no second try changes: the address is refused for good (RFC 5321 4.2.1).
PERMANENT = 500


class NotSent(Exception):
    """The mail server did not take the message; ``hopeless`` when it never will."""

    def __init__(self, reason: str, *, hopeless: bool) -> None:
        super().__init__(reason)
        self.hopeless = hopeless


class Mailer:
    """Hands notices to one mail server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.lease = lease(timedelta(seconds=settings.smtp_timeout))

    def send(self, notice: Notice, at: datetime) -> None:
        """Send one notice; its Message-ID is made from its id, so a repeat can be told as one.

        Raises:
            NotSent: the server did not take it.
        """
        try:
            message = self.message(notice, at)
        except (ValueError, LookupError) as error:
            raise NotSent(f"cannot be written: {type(error).__name__}", hopeless=True) from None
        taken = False
        try:
            with self._server() as server:
                server.send_message(message)
                taken = True
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise NotSent("recipient refused", hopeless=min(codes) >= PERMANENT) from None
        except smtplib.SMTPDataError as answer:
            raise NotSent(f"server said {answer.smtp_code}", hopeless=answer.smtp_code >= PERMANENT) from None
        except (OSError, smtplib.SMTPException) as error:
            if not taken:  # how the server says good-bye changes nothing about what it took
                raise NotSent(type(error).__name__, hopeless=False) from None

    def _server(self) -> smtplib.SMTP:
        settings = self._settings
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout)
        if settings.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password or "")
        return server

    def message(self, notice: Notice, at: datetime) -> EmailMessage:
        """Return the letter in the person's language."""
        texts, language = catalogue(TEXTS), notice.language
        places = {name: _shown(value, language) for name, value in notice.facts.items()} | {
            "public_url": self._settings.public_url
        }
        mail = EmailMessage()
        mail["From"] = self._settings.smtp_from
        mail["To"] = notice.email
        mail["Subject"] = texts.text(f"{notice.letter}.subject", language, **places)
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{notice.id}@{self._settings.smtp_from.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine shall answer
        parts = (("greeting",), (f"{notice.letter}.body", *_lines(notice)), ("dossier",), ("signature",))
        told = ["\n".join(texts.text(key, language, **places) for key in part) for part in parts]
        mail.set_content("\n\n".join(told) + "\n")
        return mail


def _lines(notice: Notice) -> list[str]:
    """Return the keys of the lines below the text."""
    there = [name for name in LINES if name in notice.facts]
    return [f"line.{name}.{notice.facts[name]}" if name in CHOICES else f"line.{name}" for name in there]


def _shown(value: object, language: str) -> str:
    if isinstance(value, int):  # an amount or a count
        return f"{value:,}".replace(",", "." if language == "vi" else ",")
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
    if isinstance(value, list):
        return "\n".join(f"- {item}" for item in value)
    # a line break in a name would end up in a header
    return " ".join(str(value).split()) if isinstance(value, str) else str(value)
