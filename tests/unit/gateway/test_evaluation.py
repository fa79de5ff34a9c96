"""The public evaluation form, and the same over the API."""

from __future__ import annotations

import re

import pytest

from chassis.errors import Refused
from chassis.identity import verify
from gateway.rpc import ServiceTimeout
from tests.unit.gateway.conftest import PUBLIC

FORM = {
    "criteria": [{"code": "thai-do", "name": "Thái độ", "name_en": "Behaviour"}],
    "bands": [{"code": "tot", "at_least": 12, "name": "Tốt", "name_en": "Good"}],
    "most": 18,
}
DONE = {"code": "x", "at": "2018-01-02T01:00:00+00:00", "total": 18, "most": 18, "band": "tot", "satisfaction": 2}


@pytest.fixture
def page(desk):
    desk.rpc.answers |= {"intake.evaluation_form": FORM, "intake.evaluate": DONE}
    return f"/t/{desk.CODE}/{desk.SECRET}/evaluation"


def test_form_asks_each_criterion_and_needs_no_sign_in(desk, page):
    shown = desk.client.get(page)

    assert shown.status_code == 200
    assert "Thái độ" in shown.text
    assert len(re.findall(r'type="radio" name="said.thai-do"', shown.text)) == 3
    assert "Behaviour" in desk.client.get(f"{page}?lang=en").text


def test_form_is_handed_to_intake_as_the_publics_with_the_receipts_secret(desk, page):
    sent = desk.client.post(page, data={"satisfaction": "2", "said.thai-do": "1", "comment": " Tốt "})

    assert sent.status_code == 200
    assert "Cảm ơn" in sent.text
    name, given = desk.rpc.calls[-1]
    assert name == "intake.evaluate"
    assert (given["answers"], given["satisfaction"], given["comment"]) == ({"thai-do": 1}, 2, "Tốt")
    assert given["secret"] == desk.SECRET


def test_the_same_words_sent_again_carry_the_same_key_and_other_words_another(desk, page):
    for points in ("1", "1", "2"):
        desk.client.post(page, data={"satisfaction": "2", "said.thai-do": points})
    keys = [given["key"] for name, given in desk.rpc.calls if name == "intake.evaluate"]

    assert keys[0] == keys[1] != keys[2]
    assert desk.SECRET not in "".join(keys)


def test_fault_is_told_beside_its_question_and_nothing_that_was_filled_in_is_lost(desk, page):
    row = {"field": "answers.thai-do", "message": "Chưa chấm tiêu chí này.", "message_en": "Not judged."}
    desk.rpc.answers["intake.evaluate"] = Refused("invalid-submission", 422, errors=[row])

    again = desk.client.post(page, data={"satisfaction": "1", "comment": "<b>dài</b>"})

    assert again.status_code == 422
    assert "Chưa chấm tiêu chí này." in again.text
    assert re.search(r'name="satisfaction" value="1" checked', again.text)
    assert "&lt;b&gt;dài&lt;/b&gt;" in again.text


@pytest.mark.parametrize("said", ["", "01", "3", "x"])
def test_answer_that_is_none_is_left_out_and_told_like_a_missing_one(desk, page, said):
    row = {"field": "answers.thai-do", "message": "Chưa chấm tiêu chí này.", "message_en": "Not judged."}
    desk.rpc.answers["intake.evaluate"] = Refused("invalid-submission", 422, errors=[row])

    sent = desk.client.post(page, data={"said.thai-do": said, "satisfaction": said})

    given = next(given for name, given in desk.rpc.calls if name == "intake.evaluate")
    assert (sent.status_code, given["answers"], "satisfaction" in given) == (422, {}, False)
    assert "Chưa chấm tiêu chí này." in sent.text


def test_wrong_secret_finds_nothing(desk, page):
    desk.rpc.answers["intake.evaluate"] = Refused("unknown-dossier", 404)
    assert desk.client.post(page, data={"satisfaction": "2", "said.thai-do": "1"}).status_code == 404


def test_form_says_so_while_the_desk_is_away(desk, page):
    desk.rpc.answers["intake.evaluation_form"] = ServiceTimeout("intake.evaluation_form")
    assert desk.client.get(page).status_code == 503


def test_dossiers_page_leads_to_the_form_once_the_desk_has_done_with_it(desk):
    desk.receive()
    address = f"/t/{desk.CODE}/{desk.SECRET}"
    assert "evaluation" not in desk.client.get(address).text

    desk.receive(status=10)
    desk.tell("dossier.returned.v1", 9, desk_time(desk), status=10)
    assert f"{address}/evaluation" in desk.client.get(address).text


def desk_time(desk):
    from tests.unit.gateway.conftest import DUE_AT

    return DUE_AT


def test_evaluation_over_the_api_needs_no_sign_in_and_names_faulty_fields(desk, page):
    address = f"/api/tracking/{desk.CODE}/evaluation"
    body = {"secret": desk.SECRET, "satisfaction": 2, "answers": {"thai-do": 2}, "comment": "Tốt"}

    done = desk.client.post(address, json=body)
    faulty = desk.client.post(address, json=body | {"satisfaction": 3, "answers": {"thai-do": 5}})

    assert (done.status_code, done.get_json()["band"]) == (200, "tot")
    assert {row["field"] for row in faulty.get_json()["errors"]} == {"satisfaction", "answers.thai-do.value"}
    assert desk.client.get("/api/tracking/evaluation-form").get_json() == FORM


def test_call_says_that_it_is_the_publics(desk, page):
    desk.client.get(page)
    token = desk.rpc.tokens[-1]
    from datetime import UTC, datetime

    who = verify(token, PUBLIC, audience="intake", now=datetime.now(UTC))
    assert (who.subject, who.roles) == ("public", {"public"})
