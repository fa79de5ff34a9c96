"""The envelope and the data as readers and writers meet them: tolerant to additions, strict in what is known."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from marshmallow import ValidationError

from contract_tools import files
from motcua_contracts import ALL, CONTENT_TYPE, ContractError
from motcua_contracts.department import AssignmentAcceptedV1
from motcua_contracts.intake import DossierReceivedV1
from motcua_contracts.ward import DossierSubmitV1

NOON = datetime(2018, 8, 23, 5, tzinfo=UTC)


@pytest.fixture
def received():
    return files.read(files.EXAMPLES / "intake" / "dossier.received.v1.json")


@pytest.fixture
def submit():
    return files.read(files.EXAMPLES / "intake" / "dossier.submit.v1.json")


def refused(envelope, contract=DossierReceivedV1):
    with pytest.raises(ContractError) as error:
        contract.open(envelope)
    return error.value.messages


def sealed(data, **changes):
    known = {"source": "/ward/26734", "subject": "TD/2018/0823-07", "time": NOON}
    return DossierSubmitV1.seal(data, **known | changes)


def test_content_type_is_that_of_cloudevents_in_json():
    assert CONTENT_TYPE == "application/cloudevents+json"


def test_unknown_fields_are_ignored_at_every_depth(received):
    plain = DossierReceivedV1.open(received)
    added = copy.deepcopy(received)
    added["partnerextension"] = "x"
    added["data"]["weather"] = "rain"
    added["data"]["applicant"]["shoe_size"] = 41
    added["data"]["components"][0]["colour"] = "blue"
    assert DossierReceivedV1.open(added) == plain


def test_a_status_that_no_reader_knows_yet_passes(received):
    received["data"]["status"] = 11
    assert DossierReceivedV1.open(received).data["status"] == 11


@pytest.mark.parametrize("time", ["2018-08-23T08:10:00", "2018-08-23", "yesterday", 1535000000, None])
def test_a_time_without_its_offset_is_refused(received, time):
    received["time"] = time
    assert set(refused(received)) == {"time"}


@pytest.mark.parametrize("sequence", ["7", 7.5, 0, -1, True])
def test_a_sequence_that_is_not_a_whole_number_from_one_is_refused(received, sequence):
    received["sequence"] = sequence
    assert set(refused(received)) == {"sequence"}


@pytest.mark.parametrize("name", ["sequence", "correlationid", "causationid", "traceparent", "dataschema"])
def test_an_extension_may_be_absent_or_null(received, name):
    plain = DossierReceivedV1.open(received)
    without = replace(plain, **{name: None}) if hasattr(plain, name) else plain
    received[name] = None
    assert DossierReceivedV1.open(received) == without
    del received[name]
    assert DossierReceivedV1.open(received) == without


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "data"])
def test_a_context_attribute_that_is_missing_is_named(received, name):
    del received[name]
    assert set(refused(received)) == {name}


@pytest.mark.parametrize("envelope", [None, [], "text", 7])
def test_what_is_no_object_is_refused(envelope):
    assert refused(envelope) == {"envelope": ["must be a JSON object"]}


def test_a_message_of_another_type_is_refused_by_its_type(submit):
    assert refused(submit) == {"type": ["expected dossier.received.v1"]}


def test_a_python_type_marker_in_data_stays_plain_data(submit):
    marker = {"__type__": "datetime", "__value__": "2018-08-23T01:10:00"}
    submit["data"]["later"] = marker
    assert "later" not in DossierSubmitV1.open(submit).data
    submit["data"]["note"] = marker
    assert refused(submit, DossierSubmitV1) == {"data": {"note": ["Not a valid string."]}}


def test_a_component_without_copy_gets_the_default_and_not_a_method_of_dict(submit):
    del submit["data"]["components"][0]["copy"]
    message = DossierSubmitV1.open(submit)
    assert message.data["components"][0]["copy"] == 1
    raw = submit["data"] | {"submitted_at": NOON}
    assert "copy" not in sealed(raw)["data"]["components"][0]


@pytest.mark.parametrize("ward", ["26734\n", "2673٤", "26734 ", "267340", "", 26734])
def test_a_ward_code_is_five_ascii_digits_and_nothing_else(submit, ward):
    submit["data"]["ward"] = ward
    assert set(refused(submit, DossierSubmitV1)["data"]) == {"ward"}


def test_an_error_names_fields_and_never_repeats_their_values(submit):
    submit["data"]["applicant"]["identity_number"] = "bí mật!"
    with pytest.raises(ContractError) as error:
        DossierSubmitV1.open(submit)
    assert "data.applicant.identity_number" in str(error.value)
    assert "bí mật" not in str(error.value)


def test_seal_writes_utc_and_an_id_of_its_own(submit):
    data = DossierSubmitV1.open(submit).data
    vietnam = NOON.astimezone(timezone(timedelta(hours=7)))
    one, two = sealed(data, time=vietnam), sealed(data)
    assert one["time"] == two["time"] == "2018-08-23T05:00:00Z"
    assert one["id"] != two["id"]
    assert sealed(data, message_id="again")["id"] == "again"


def test_seal_refuses_data_that_break_the_senders_own_contract(submit):
    data = DossierSubmitV1.open(submit).data | {"ward": "1"}
    with pytest.raises(ContractError, match=r"data\.ward"):
        sealed(data)


@pytest.mark.parametrize(
    ("name", "value"), [("time", datetime(2018, 8, 23, 5)), ("subject", ""), ("source", "/" * 257)]  # noqa: DTZ001  naive is the case
)  # fmt: skip
def test_seal_refuses_an_envelope_that_every_reader_would_park(submit, name, value):
    data = DossierSubmitV1.open(submit).data
    with pytest.raises(ContractError, match=name):
        sealed(data, **{name: value})


def test_routing_key_ends_with_the_address_only_when_there_is_one(received, submit):
    assert DossierReceivedV1.routing_key(received) == "dossier.received.v1"
    assert DossierSubmitV1.routing_key(submit) == "dossier.submit.v1.26734"
    accepted = files.read(files.EXAMPLES / "department" / "assignment.accepted.v1.json")
    assert AssignmentAcceptedV1.routing_key(accepted) == "assignment.accepted.v1.KT"


def test_an_address_can_be_no_wildcard_and_no_second_word():
    for contract in ALL:
        if contract.ADDRESS:
            field = contract().fields[contract.ADDRESS]
            assert field.required, contract.TYPE
            for address in ("#", "*", "KT.TP", "KT#", ""):
                with pytest.raises(ValidationError):
                    field.deserialize(address)
