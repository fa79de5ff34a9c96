"""People at the gateway's HTTP API: plain clients, each signed in under an account of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests


class Client:
    """Somebody signed in.

    Args:
        url: base of the gateway.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url, self._session = url, requests.Session()
        told = self.send("POST", "/api/sessions", json={"username": username, "password": password}).json()
        self.headers = {"Authorization": f"Bearer {told['token']}"}
        self._session.headers.update(self.headers)

    def send(self, method: str, path: str, **request: Any) -> requests.Response:
        """Send a request.

        Raises:
            RuntimeError: it was refused; a played day does nothing that is.
        """
        answer = self._session.request(method, f"{self.url}{path}", timeout=40, **request)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer

    def get(self, path: str, **wanted: Any) -> Any:
        """Return what an address holds."""
        return self.send("GET", path, params=wanted).json()

    def post(self, path: str, body: Any, key: str) -> dict[str, Any]:
        """Post under an idempotency key."""
        found: dict[str, Any] = self.send("POST", path, json=body, headers={"Idempotency-Key": key}).json()
        return found

    def act(self, code: str, act: str, body: dict[str, Any], *, again: str = "") -> dict[str, Any]:
        """Act on a dossier and return how it is afterwards.

        Args:
            act: its address below the dossier.
            again: tells apart the same act on the same dossier, where it is done more than once.
        """
        return self.post(f"/api/dossiers/{quote(code)}/{act}", body, f"{act}-{code}{again}".replace("/", "-"))

    def dossiers(self, state: int) -> Iterator[dict[str, Any]]:
        """Yield every dossier in a state, page by page."""
        after = None
        while True:
            wanted = {"state": state, "limit": 200, **({"after": after} if after else {})}
            page = self.get("/api/dossiers", **wanted)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return


class Desk(Client):
    """The clerk at the counter."""

    def submit(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        """Submit a case and return the receipt."""
        return self.post("/api/dossiers", {"channel": 1, **case}, key)

    def supplement(self, code: str, components: list[dict[str, Any]]) -> dict[str, Any]:
        """Take in the papers that a person brings."""
        return self.act(code, "supplements", {"components": components, "note": "Đã bổ sung theo yêu cầu"})

    def pay(self, code: str, amount_minor: int, receipt_number: str | None = None) -> dict[str, Any]:
        """Take money in, under the number of the paper receipt."""
        body = {"amount_minor": amount_minor, "receipt_number": receipt_number}
        return self.act(code, "payments", {name: value for name, value in body.items() if value is not None})

    def hand_over(self, code: str, *, again: str = "", **how: Any) -> dict[str, Any]:
        """Hand the result over: at the counter against the receipt, unless ``how`` says otherwise."""
        body = {"received_by": "Người nộp hồ sơ", **(how or {"identity_checked": True})}
        return self.act(code, "hand-over", body, again=again)


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Return the cases of an NDJSON file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
