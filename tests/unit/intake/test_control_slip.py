"""The control slip: who had the dossier when, and how each passing-on kept its time."""

from dataclasses import replace

from intake.messages import sheets
from papers.shapes import load
from tests.unit.intake.test_any_life import DESK


def slip(dossier, moment):
    sheet = sheets.control_slip(dossier, DESK.office, now=moment)
    load(sheet["kind"], sheet["data"])
    return sheet["data"]


def rows(dossier, moment):
    return [
        (row["giver_body"], row["taker_body"], row["at"][8:16], row["result"]) for row in slip(dossier, moment)["hops"]
    ]


DESK_NAME, PERSON, KT = "Bộ phận Tiếp nhận và Trả kết quả", "Người nộp hồ sơ", "Phòng Kinh tế"


def test_control_slip_follows_the_dossier_from_hand_to_hand_and_back_again(life, asked, at):
    supplied = life.start(life.supplement(asked, at("2018-08-24 15:30")).dossier, at("2018-08-28 08:00")).dossier
    late = life.resolve(life.pay(supplied, at("2018-08-28 08:10")).dossier, at("2018-08-30 09:00")).dossier
    anew = life.reopen(life.hand_over(late, at("2018-08-30 10:00")).dossier, at("2018-08-31 08:00")).dossier
    again = life.resolve(life.start(anew, at("2018-08-31 09:00")).dossier, at("2018-08-31 11:00")).dossier

    assert rows(again, at("2018-08-31 12:00")) == [
        (PERSON, DESK_NAME, "23T08:10", None),
        (DESK_NAME, KT, "23T09:00", "on_time"),
        (KT, DESK_NAME, "24T10:00", None),
        (PERSON, DESK_NAME, "24T15:30", None),
        (DESK_NAME, KT, "28T08:00", "late"),
        (KT, DESK_NAME, "30T09:00", "late"),
        (DESK_NAME, PERSON, "30T10:00", "late"),
        (PERSON, DESK_NAME, "31T08:00", None),
        (DESK_NAME, KT, "31T09:00", "on_time"),
        (KT, DESK_NAME, "31T11:00", "early"),
    ]
    assert slip(again, at("2018-08-31 12:00"))["issued_at"] == "2018-08-31T12:00:00+07:00"


def test_control_slip_names_the_department_that_had_the_dossier_then(life, processing, at):
    moved = replace(processing, receipt=replace(processing.receipt, department="TP"))
    correction = {"at": at("2018-08-23 09:30"), "department": "KT"}
    moved = life.start(replace(moved, corrections=(correction,)), at("2018-08-23 10:00")).dossier

    assert [row[1] for row in rows(moved, at("2018-08-23 11:00"))] == [DESK_NAME, KT, "Phòng Tư pháp"]


def test_control_slip_has_no_more_of_the_person_than_the_name(dossier, at):
    applicant = slip(dossier, at("2018-08-23 11:00"))["dossier"]["applicant"]
    assert {name for name, value in applicant.items() if value} == {"name"}


def test_withdrawal_ends_the_control_slip_and_is_no_supplement(life, asked, at):
    gone = life.withdraw(asked, at("2018-08-24 11:00")).dossier
    assert rows(gone, at("2018-08-24 12:00"))[-2:] == [
        (KT, DESK_NAME, "24T10:00", None),
        (DESK_NAME, PERSON, "24T11:00", None),
    ]
