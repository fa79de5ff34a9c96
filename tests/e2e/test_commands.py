"""The README's demo as its user runs it: plays, balances, stays up, and leaves nothing behind on Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "infra" / "demo" / "cases"


@pytest.fixture
def small_day(tmp_path):
    """A day of 43 cases, of which two cannot be registered, cut from the demo's own."""
    folder = tmp_path / "cases"
    folder.mkdir()
    expected = json.loads((CASES / "expected.json").read_text())
    refused = {row["reference"] for row in expected["refused"]}
    counts = {"valid": 0, "invalid": 0}
    for ward in ("26734", "26737"):
        lines = (CASES / f"ward-{ward}.ndjson").read_text("utf-8").splitlines()
        bad = [line for line in lines if json.loads(line)["ward_reference"] in refused][:1]
        good = [line for line in lines if json.loads(line)["ward_reference"] not in refused][:12]
        (folder / f"ward-{ward}.ndjson").write_text("\n".join(good + bad) + "\n", "utf-8")
        counts["valid"] += len(good)
        counts["invalid"] += len(bad)
    for origin in ("counter", "online", "post"):
        lines = (CASES / f"{origin}.ndjson").read_text("utf-8").splitlines()[:12]
        (folder / f"{origin}.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
        counts["valid"] += len(lines)
    (folder / "expected.json").write_text(json.dumps(counts))
    return folder


def mentioning(word):
    """Return the processes whose command line or environment mentions ``word``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if word.encode() in said and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def words_of(file):
    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


def test_the_demo_plays_a_day_that_balances_and_leaves_no_process_behind(small_day, tmp_path, until):
    data, log = tmp_path / "demo-data", tmp_path / "demo.log"
    command = [sys.executable, "-m", "motcua.cli", "demo", "--data", str(data), "--cases", str(small_day)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with log.open("wb") as output:
        demo = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **path})
    try:
        until(lambda: "Ctrl-C" in log.read_text("utf-8") or demo.poll() is not None, 240, "the demo's table")
        said = log.read_text("utf-8")
        assert demo.poll() is None, said[-3000:]
        assert "✗" not in said
        url = re.search(r"tracking page\s+(http\S+)", said)[1]
        password = re.search(r"^\s+clerk\s+(\S+)", said, re.MULTILINE)[1]
        assert requests.get(url, timeout=10).status_code == 200
        assert requests.get(re.search(r"one dossier\s+(http\S+)", said)[1], timeout=10).status_code == 200
        signed_in = requests.post(f"{url}api/sessions", json={"username": "clerk", "password": password}, timeout=10)
        assert signed_in.json()["roles"] == ["clerk"]
        assert "BẢN SAO" not in words_of(data / "papers" / "receipt.pdf")
        assert "BẢN SAO" in words_of(data / "papers" / "receipt-copy.pdf")
        assert len(mentioning(str(data))) > 5
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=40) == 0
        until(lambda: not mentioning(str(data)), 5, "the last process to be gone")
    finally:
        if demo.poll() is None:
            demo.kill()
