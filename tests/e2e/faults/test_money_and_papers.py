"""kill -9 of intake while payments, drafts and numbered papers are under way: none lost, none twice."""

import itertools
import json
import sqlite3
import threading
import time
from collections import Counter, defaultdict

import pytest
from e2e_support import wait_until
from faults.flow import LAST_SECONDS, patient
from faults.killing import kill_at_work

from motcua.demo.books import gapless
from motcua.demo.desk import Client
from motcua.demo.payments import PROVIDER
from motcua.partners import start_payments

PAID, STRAYS = 30, 3
CASE = {
    "procedure": "1.001612",
    "applicant": {"name": "Trần Thị Bưởi"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}
WHY = {"reason": "Không thuộc thẩm quyền", "legal_basis": "Nghị định 61/2018/NĐ-CP Điều 17"}
NOBODYS = "000.00.00.X00-990101-{:04}"


class Work:
    """Somebody who does the same thing again and again over HTTP, each under a key of its own, until told to stop."""

    def __init__(self, url, headers, do):
        self._over_at, self._enough, self._failed = float("inf"), threading.Event(), []
        self._session = patient(url, headers, lambda: time.monotonic() > self._over_at)
        self._url, self._do, self.done = url, do, []
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over_at = time.monotonic() + LAST_SECONDS
        self._enough.set()
        self._thread.join(LAST_SECONDS + 30)
        assert not self._failed, self._failed
        assert not self._thread.is_alive()

    def post(self, path, body, key):
        """Post until there is an answer; what was done by a try whose answer was lost is answered as a repeat."""
        sent = {"Idempotency-Key": key}
        answer = self._session.post(f"{self._url}{path}", json=body, headers=sent, timeout=15)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def _work(self):
        try:
            for number in itertools.count():
                if self._enough.is_set():
                    return
                self.done.append(self._do(self, number))
        except Exception as error:  # noqa: BLE001 - told where the work ends
            self._failed.append(error)


@pytest.fixture
def run():
    return f"m{time.time_ns()}"


@pytest.fixture
def owing(desk, run):
    """Dossiers for which a fee is owed: code to đồng."""
    receipts = [desk.submit(CASE, f"{run}-{number}") for number in range(PAID)]
    return {receipt["code"]: receipt["fee_minor"] for receipt in receipts}


@pytest.fixture
def provider(system, clock, owing, run):
    """The reference provider's push: every payment twice, and some for dossiers that do not exist."""
    rows = [*owing.items(), *((NOBODYS.format(number), 5_000) for number in range(STRAYS))]
    at = clock.now().isoformat()
    file = system.directory / f"{run}.ndjson"
    lines = (
        {"payment_id": f"{run}-{number}", "code": code, "amount_minor": amount, "currency": "VND", "paid_at": at}
        for number, (code, amount) in enumerate(rows)
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    push = start_payments(system, PROVIDER, file, clock=clock.file, seconds=100, repeat=True)
    yield push
    if push.poll() is None:
        push.kill()
        push.wait()


def drafting(run):
    """Write a draft and send it in."""

    def do(work, number):
        case = {**CASE, "applicant": {"name": "Trần Thị Bưởi", "email": f"{run}-{number}@example.org"}}
        case["components"] = [{**paper, "copy": 2} for paper in case["components"]]
        draft = work.post("/api/drafts", {"submission": case}, f"{run}-draft-{number}").json()["draft"]
        return work.post(f"/api/drafts/{draft}/submission", None, f"{run}-sent-{number}").json()["code"]

    return do


def refusing(run):
    """Register what came, refuse it in writing, and print the paper."""

    def do(work, number):
        code = work.post("/api/dossiers", {**CASE, "receive": False}, f"{run}-in-{number}").json()["code"]
        work.post(f"/api/dossiers/{code}/refusal", WHY, f"{run}-no-{number}")
        paper = work.post(f"/api/dossiers/{code}/papers/refusal-1/prints", None, f"{run}-print-{number}")
        assert paper.content.startswith(b"%PDF")
        return code

    return do


def test_intake_killed_with_payments_drafts_and_papers_in_hand_loses_and_doubles_none(
    system, watch, desk, provider, owing, run
):
    citizen = Client(system.url, "citizen", system.secrets.get("account-citizen"))
    with (
        Work(system.url, citizen.headers, drafting(run)) as drafts,
        Work(system.url, desk.headers, refusing(run)) as refusals,
    ):
        for _ in range(2):
            before = len(drafts.done) + len(refusals.done)
            wait_until(lambda: len(drafts.done) + len(refusals.done) > before, what="work under way")  # noqa: B023
            kill_at_work(system, "intake")
    assert provider.wait(110) == 0
    watch.settle(lambda sight: None, within=60)

    rows = list(watch.dossiers.find())
    assert payments_of(rows, run) == answered_by(system, run)
    assert (
        Counter({row["code"]: row["account"]["payments"][0]["amount_minor"] for row in rows if row["code"] in owing})
        == owing
    )
    assert watch.kept_payments.count_documents({"payment_id": {"$regex": f"^{run}-"}}) == STRAYS

    mine = [row["code"] for row in rows if str(row["receipt"]["contact"]["email"]).startswith(f"{run}-")]
    assert sorted(mine) == sorted(drafts.done)

    papers = {row["code"]: row["papers"] for row in rows}
    assert all([paper["kind"] for paper in papers[code]] == ["refusal"] for code in refusals.done)
    assert [papers[code][0]["prints"] for code in refusals.done] == [1] * len(refusals.done)
    numbers = [paper["number"].split("/") for found in papers.values() for paper in found if paper["number"]]
    series = [(f"{name} {year}", int(number)) for number, year, name in numbers]
    assert len(numbers) >= len(refusals.done)
    assert gapless(series) == len(numbers)


def payments_of(rows, run):
    """Return what intake has: (payment, code) to how often."""
    found = defaultdict(int)
    for row in rows:
        for payment in row["account"]["payments"]:
            if payment["id"].startswith(f"{PROVIDER}:{run}-"):
                found[payment["id"].removeprefix(f"{PROVIDER}:"), row["code"]] += 1
    return found


def answered_by(system, run):
    """Return what the provider's own book was told to be recorded: each once."""
    book = sqlite3.connect(f"file:{system.directory / 'partners' / f'provider-{PROVIDER}.sqlite'}?mode=ro", uri=True)
    try:
        rows = book.execute("SELECT reference, body FROM submissions WHERE outcome = 'recorded'").fetchall()
    finally:
        book.close()
    told = [(reference, json.loads(body)["data"]["code"]) for reference, body in rows]
    return {row: 1 for row in told if row[0].startswith(f"{run}-")}
