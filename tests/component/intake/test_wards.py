"""A ward's code on a submission over RPC: it must be one of the office's wards, and an officer's own."""

import pytest

from intake.service import IntakeService

UNKNOWN, OWN, OTHER = "99999", "26734", "26737"
BODY = {
    "procedure": "1.001612",
    "applicant": {"name": "Nguyễn Thị Lan"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}


@pytest.fixture
def submit(bus, run_service, caller_of):
    run_service(IntakeService)
    ask = caller_of("intake")

    def as_caller(role, unit=None, key="k", **more):
        return ask("submit", (role,), unit, key=key, channel=1, submission={**BODY, **more})

    return as_caller


def faults(problem):
    return problem["status"], [(row["field"], row.get("kind")) for row in problem["errors"]]


def test_a_clerk_is_told_that_a_ward_is_unknown_and_nothing_is_registered(submit, collection):
    problem = submit("clerk", ward=UNKNOWN, ward_reference="A-1")
    assert faults(problem) == (422, [("ward", "unknown-ward")])
    assert problem["errors"][0]["message"] != problem["errors"][0]["message_en"]
    assert collection("dossiers").count_documents({}) == 0


def test_a_corrected_ward_may_come_with_the_same_key_because_nothing_was_kept(submit):
    submit("clerk", ward=UNKNOWN, ward_reference="A-1")
    receipt = submit("clerk", ward=OWN, ward_reference="A-1")
    assert (receipt["status"], receipt["replayed"]) == (2, False)


def test_an_unknown_ward_is_told_beside_the_other_faults(submit):
    problem = submit("clerk", ward=UNKNOWN, ward_reference="A-1", procedure="9.999999")
    assert faults(problem) == (422, [("ward", "unknown-ward"), ("procedure", "unknown-procedure")])
    problem = submit("clerk", ward=UNKNOWN, ward_reference="A-1", components=BODY["components"][:1])
    assert faults(problem)[1][0] == ("ward", "unknown-ward")
    assert len(problem["errors"]) == 2


@pytest.mark.parametrize("ward", ["2673", "267340", "abcde", "26734\n", "26734.26737", 26734])
def test_what_cannot_be_a_wards_code_is_refused_by_its_form(submit, ward):
    problem = submit("clerk", ward=ward, ward_reference="A-1")
    assert (problem["code"], problem["status"]) == ("invalid-submission", 422)
    assert {row["field"] for row in problem["errors"]} == {"ward"}


@pytest.mark.parametrize("wrong", [{"ward": "2673"}, {"ward_reference": "?"}])
def test_a_field_that_was_given_in_a_wrong_form_is_not_told_to_be_missing(submit, wrong):
    (row,) = submit("clerk", **{"ward": OWN, "ward_reference": "A-1", **wrong})["errors"]
    assert "Needed" not in row["message"]


@pytest.mark.parametrize(("given", "missing"), [("ward", "ward_reference"), ("ward_reference", "ward")])
def test_a_ward_and_its_reference_come_together(submit, given, missing):
    problem = submit("clerk", **{given: OWN})
    assert (problem["status"], [row["field"] for row in problem["errors"]]) == (422, [missing])


def test_a_ward_officer_is_refused_another_ward_and_none_and_an_unknown_one_alike(submit, collection):
    for body in ({"ward": OTHER, "ward_reference": "A-1"}, {"ward": UNKNOWN, "ward_reference": "A-1"}, {}):
        assert faults(submit("ward-officer", OWN, **body)) == (403, [("ward", "not-your-ward")])
    assert collection("dossiers").count_documents({}) == 0


def test_an_officer_whose_unit_the_office_does_not_know_is_told_so(submit):
    problem = submit("ward-officer", UNKNOWN, ward=UNKNOWN, ward_reference="A-1")
    assert faults(problem) == (422, [("ward", "unknown-ward")])


def test_a_ward_officer_without_a_unit_submits_for_no_ward(submit):
    assert submit("ward-officer", None)["status"] == 403
    assert submit("ward-officer", None, ward=OWN, ward_reference="A-1")["status"] == 403


def test_a_reference_is_its_wards_own(submit, collection):
    codes = {submit("clerk", key=ward, ward=ward, ward_reference="A-1")["code"] for ward in (OWN, OTHER)}
    assert len(codes) == collection("dossiers").count_documents({}) == 2
