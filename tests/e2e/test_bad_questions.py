"""Faulty questions for dossiers, figures and changes, and what a ward asks wrongly: each named by its field."""

import json
import time

import pytest
import requests
from e2e_support import fields

from motcua.demo.desk import Client


@pytest.mark.parametrize(
    ("query", "named"),
    [({"identity_number": "1"}, "identity_number"), ({"phone": "abc"}, "phone"), ({"height": 1}, "height")],
)
def test_a_faulty_search_names_its_field(send, query, named):
    answer = send("POST", "/api/dossiers/search", json=query)
    assert (answer.status_code, fields(answer)) == (422, {named})


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/reports?period=2026-M13", "period"),
        ("/api/reports?period=2026-M11&by=colour", "by"),
        ("/api/registers/dossiers?from=2026-11-01", "to"),
        ("/api/registers/dossiers?from=one&to=2026-11-01", "from"),
        ("/api/wards/26734/changes?since=-1", "since"),
    ],
)
def test_a_faulty_question_for_figures_or_changes_names_its_field(send, path, named):
    answer = send("GET", path)
    assert answer.status_code == 422, answer.text
    assert named in fields(answer)


def test_a_closing_of_a_period_that_is_not_over_is_refused(system, clock):
    chief = Client(system.url, "chief", system.secrets.get("account-chief"))
    body = {"period": f"{clock.now().year + 5}-M01"}
    headers = {**chief.headers, "Idempotency-Key": f"bad-{time.time_ns()}"}
    answer = requests.post(f"{system.url}/api/reports/closings", json=body, headers=headers, timeout=20)
    assert answer.status_code in (409, 422)
    assert fields(answer) == {"period"}


@pytest.mark.parametrize(
    ("act", "body", "named"),
    [
        ("corrections", {"ward_reference": "26734-1", "reason": ""}, {"reason"}),
        ("corrections", {"ward_reference": "../x", "reason": "x", "procedure": "2.000815"}, {"ward_reference"}),
        ("withdrawals", {"reason": "x"}, {"ward_reference"}),
    ],
)
def test_a_faulty_act_of_a_ward_names_its_field(send, act, body, named):
    answer = send("POST", f"/api/wards/26734/{act}", json=body)
    assert answer.status_code == 422, answer.text
    assert fields(answer) == named


def test_a_ward_officer_does_nothing_for_another_ward(system):
    officer = Client(system.url, "ward-26734", system.secrets.get("account-ward-26734"))
    headers = {**officer.headers, "Idempotency-Key": f"bad-{time.time_ns()}"}
    body = json.dumps({"ward_reference": "26737-1", "reason": "x"})
    url = f"{system.url}/api/wards/26737/withdrawals"
    answer = requests.post(url, body, headers=headers | {"Content-Type": "application/json"}, timeout=20)
    assert answer.status_code == 403
    assert requests.get(f"{system.url}/api/wards/26737/changes", headers=officer.headers, timeout=20).status_code == 403
