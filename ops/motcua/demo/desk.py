"""The clerk at the counter: a plain client of the gateway's HTTP API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests


class Desk:
    """Signed in as a clerk.

    Args:
        url: base of the gateway.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url, self._session = url, requests.Session()
        answer = self._session.post(
            f"{url}/api/sessions", json={"username": username, "password": password}, timeout=20
        )
        answer.raise_for_status()
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        self._session.headers.update(self.headers)

    def submit(self, case: dict[str, Any], key: str) -> dict[str, Any]:
        """Submit a case at the counter and return the receipt."""
        return self._post("/api/dossiers", {"channel": 1, **case}, key)

    def supplement(self, code: str, components: list[dict[str, Any]]) -> dict[str, Any]:
        """Take in the papers that a person brings."""
        body = {"components": components, "note": "Đã bổ sung theo yêu cầu"}
        return self._post(f"/api/dossiers/{code}/supplements", body, f"supplement-{code}")

    def hand_over(self, code: str) -> dict[str, Any]:
        """Hand the result over against the receipt."""
        body = {"received_by": "Người nộp hồ sơ", "identity_checked": True}
        return self._post(f"/api/dossiers/{code}/hand-over", body, f"hand-over-{code}")

    def dossiers(self, state: int) -> Iterator[dict[str, Any]]:
        """Yield every dossier in a state, page by page."""
        after = None
        while True:
            wanted = {"state": state, "limit": 200, **({"after": after} if after else {})}
            page = self._session.get(f"{self._url}/api/dossiers", params=wanted, timeout=20)
            page.raise_for_status()
            yield from page.json()["items"]
            after = page.json()["next"]
            if after is None:
                return

    def _post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        answer = self._session.post(f"{self._url}{path}", json=body, headers={"Idempotency-Key": key}, timeout=20)
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Return the cases of an NDJSON file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
