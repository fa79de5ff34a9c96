"""The holder of a receipt says how the dossier was handled, once; the staff see it summed up."""

import pytest

from intake.service import IntakeService

BODY = {
    "procedure": "1.001612",
    "applicant": {"name": "Nguyễn Thị Lan"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}
SAID = {
    "answers": dict.fromkeys(("thai-do", "tiep-thu-gop-y", "cong-khai-thong-tin", "huong-dan"), 2),
    "satisfaction": 2,
}


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def refused(ask):
    """A dossier that was refused in writing: the desk has done with it."""
    receipt = ask("submit", key="s", channel=1, submission=BODY, receive=False)
    ask("refuse", key="r", code=receipt["code"], reason="Không thuộc thẩm quyền", legal_basis="NĐ 61/2018")
    return {"code": receipt["code"], "secret": receipt["tracking_secret"]}


def test_evaluation_is_kept_once_and_told(ask, bus, collection, refused):
    done = ask("evaluate", ("public",), subject="public", key="e", **refused, **SAID, comment="Tốt")
    again = ask("evaluate", ("public",), subject="public", key="e", **refused, **SAID, comment="Tốt")
    other = ask("evaluate", ("public",), subject="public", key="f", **refused, **{**SAID, "satisfaction": 0})

    assert (done["satisfaction"], done["replayed"], again["replayed"]) == (2, False, True)
    assert (other["status"], other["errors"][0]["kind"]) == (409, "evaluated-before")
    event = bus.hear_event("gateway.dossier.evaluated.v1")
    assert event["data"]["total"] == done["total"]
    assert collection("dossiers").find_one()["evaluation"]["comment"] == "Tốt"
    assert bus.depth("gateway.dossier.evaluated.v1") == 0


def test_wrong_secret_finds_no_dossier_and_says_no_more(ask, refused):
    problem = ask("evaluate", ("public",), key="e", **{**refused, "secret": "x" * 26}, **SAID)
    assert (problem["code"], problem["status"]) == ("unknown-dossier", 404)


def test_wrong_secret_is_told_nothing_of_an_evaluation_that_was_given_even_with_its_key(ask, refused):
    given = ask("evaluate", ("public",), subject="public", key="e", **refused, **SAID, comment="Tốt")
    assert given["satisfaction"] == 2
    guessed = {**refused, "secret": "x" * 26}

    for key, said in (("e", {**SAID, "comment": "Tốt"}), ("f", SAID)):
        problem = ask("evaluate", ("public",), subject="public", key=key, **guessed, **said)
        assert (problem["code"], problem["status"]) == ("unknown-dossier", 404)


def test_comment_is_read_by_those_who_score_it_and_by_nobody_whom_it_may_be_about(ask, refused):
    ask("evaluate", ("public",), subject="public", key="e", **refused, **SAID, comment="Cán bộ vòi vĩnh")
    code, department = refused["code"], ask("get", code=refused["code"])["department"]

    for role, unit in (("clerk", None), ("department-officer", department), ("chief", None)):
        seen = ask("get", (role,), unit, subject="binh", code=code)
        assert seen["code"] == code
        assert "vòi vĩnh" not in str(seen)
    assert "vòi vĩnh" not in str(ask("search", ("chief",)))
    assert ask("score", ("chief",), code=code)["evaluation"]["comment"] == "Cán bộ vòi vĩnh"


def test_dossier_at_work_is_not_evaluated_yet(ask):
    receipt = ask("submit", key="s", channel=1, submission=BODY)
    of = {"code": receipt["code"], "secret": receipt["tracking_secret"]}
    assert ask("evaluate", ("public",), key="e", **of, **SAID)["code"] == "illegal-move"


def test_missing_criterion_is_named(ask, refused):
    problem = ask("evaluate", ("public",), key="e", **refused, answers={"thai-do": 2}, satisfaction=1)
    assert problem["status"] == 422
    assert {row["field"] for row in problem["errors"]} == {f"answers.{code}" for code in SAID["answers"]} - {
        "answers.thai-do"
    }


def test_evaluations_of_a_period_are_summed_up(ask, refused):
    ask("evaluate", ("public",), key="e", **refused, **SAID)

    told = ask("evaluations", ("chief",), period="2026-M12", by="desk")
    none = ask("evaluations", ("chief",), period="2026-M10", by="desk")
    wrong = ask("evaluations", ("chief",), period="2026-M13", by="colour")

    (row,) = told["rows"]
    assert (row["key"], row["ended"], row["evaluated"], row["satisfaction"]["2"]) == ("counter", 1, 1, 1)
    assert none["rows"] == []
    assert {row["field"] for row in wrong["errors"]} == {"period", "by"}
