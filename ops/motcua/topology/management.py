"""The broker's management API: definitions in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests

TIMEOUT_SECONDS = 30


class ManagementUnreachable(Exception):
    """The management API does not answer or refuses; the text says what to check."""


class Management:
    """A broker's management API.

    Args:
        url: ``http://user:password@host:port`` of an administrator.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname or parts.username is None or parts.password is None:
            raise ManagementUnreachable("the management URL must be http://user:password@host:port")
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        self.base = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc between us and the broker
        self._session.auth = (parts.username, parts.password)

    def call(self, method: str, path: str, *, body: Any = None, missing_ok: bool = False) -> Any:
        """Call the API and return its JSON, None when it has none.

        Args:
            path: below ``/api/``, names already quoted.
            missing_ok: take 404 for None.

        Raises:
            ManagementUnreachable: no answer, or an answer that is an error.
        """
        try:
            answer = self._session.request(method, f"{self.base}/api/{path}", json=body, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise ManagementUnreachable(
                f"no management API at {self.base} ({type(error).__name__}): is the broker up, and its plugin "
                "rabbitmq_management enabled?"
            ) from error
        if answer.status_code == 404 and missing_ok:
            return None
        if not answer.ok:
            raise ManagementUnreachable(
                f"{method} {self.base}/api/{path}: {answer.status_code} {answer.text[:500].strip()}"
            )
        return answer.json() if answer.content else None

    def vhost(self, kind: str, vhost: str) -> Any:
        """List one kind of thing (``queues``, ``bindings``) of a vhost."""
        return self.call("GET", f"{kind}/{quote(vhost, safe='')}")


def credentials(url: str) -> dict[str, str]:
    """Return ``{user: password}`` of a management URL.

    Applying must not change the password of the user that applies: lay this over the passwords to render.
    """
    parts = urlsplit(url)
    return {parts.username: parts.password} if parts.username and parts.password else {}


def signed_in_as(url: str, user: str, password: str) -> str:
    """Return the same management URL with another user."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, f"{user}:{password}@{parts.netloc.rpartition('@')[2]}", parts.path, "", ""))


def apply(definitions: dict[str, Any], url: str) -> None:
    """Import the definitions and remove the user ``guest``.

    Applying again is harmless; with ``guest`` in ``url`` it works once. Nothing else is removed: what the topology no
    longer names is found by :func:`motcua.topology.differences`, and an operator decides about the messages in it.

    Raises:
        ManagementUnreachable: the API does not answer, or refuses.
    """
    management = Management(url)
    management.call("POST", "definitions", body=definitions)
    management.call("DELETE", "users/guest", missing_ok=True)
