"""What a person does without an account, with the receipt in hand; and how the desk finds the dossier by the person."""

from __future__ import annotations

import unicodedata
from typing import Any

import requests

from motcua.demo.desk import Client
from motcua.demo.diary import Diary

#: So many persons say how they were served.
EVALUATIONS = 5


def check_receipts(url: str, diary: Diary, codes: list[str]) -> None:
    """Open the address in each receipt's QR code; the page must say that the receipt fits the history."""
    for code in codes:
        receipt = diary.receipts[code]
        head = receipt["history_head"]
        page = requests.get(receipt["tracking_url"], params={"h": head}, timeout=20)
        asked = {"secret": receipt["tracking_secret"], "head": head}
        told = requests.get(f"{url}/api/tracking/{code}", params=asked, timeout=20)
        page.raise_for_status()
        told.raise_for_status()
        verdict = told.json()["chain"]["receipt"]
        diary.done["qr-checked"] += 1
        diary.done["qr-fits"] += verdict["verdict"] == "fits" and verdict["text"] in page.text


def evaluate(diary: Diary, url: str) -> None:
    """Fill in the public form, for some who have their result."""
    form = requests.get(f"{url}/api/tracking/evaluation-form", timeout=20)
    form.raise_for_status()
    criteria = [row["code"] for row in form.json()["criteria"]]
    done = [code for code in diary.receipts if code in diary.handed][-EVALUATIONS:]
    for number, code in enumerate(done):
        points = str(2 - number % 3)
        said = {f"said.{criterion}": points for criterion in criteria}
        told = {**said, "satisfaction": points, "comment": "Cảm ơn"}
        answer = requests.post(f"{diary.receipts[code]['tracking_url']}/evaluation", data=told, timeout=20)
        answer.raise_for_status()
        diary.done["evaluated"] += 1


def search(client: Client, diary: Diary, codes: list[str]) -> None:
    """Look for persons by their names without accents and by their identity numbers."""
    for code in codes:
        person = diary.persons[code]["applicant"]
        for wanted in ({"name": plain(person["name"])}, {"identity_number": person["identity_number"]}):
            diary.done["searched"] += 1
            diary.done["found"] += code in _found(client, wanted)


def _found(client: Client, wanted: dict[str, Any]) -> set[str]:
    answer = client.send("POST", "/api/dossiers/search", json={**wanted, "limit": 200})
    return {row["code"] for row in answer.json()["items"]}


def plain(name: str) -> str:
    """Return a name as somebody types it without accents."""
    parts = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
