"""The messages of a benchmark's journey keep the contracts."""

from bench.journey.messages import Golden
from motcua_contracts import BY_TYPE


def test_submission_and_answers_of_a_department_keep_their_contracts():
    golden = Golden()
    issued = golden.make("assignment.issued.v1", "a-journey")

    for message in (golden.submission("a-journey"), *golden.answers(issued)):
        BY_TYPE[message["type"]].open(message)


def test_answers_belong_to_the_assignment_and_come_in_turn():
    golden = Golden()
    issued = golden.make("assignment.issued.v1", "a-journey", round=3)

    accepted, resolved = golden.answers(issued)

    assert [accepted["sequence"], resolved["sequence"]] == [1, 2]
    for answer in (accepted, resolved):
        assert answer["data"]["assignment_id"] == issued["data"]["assignment_id"]
        assert answer["data"]["round"] == 3
        assert answer["causationid"] == issued["id"]
        assert answer["correlationid"] == "a-journey"


def test_each_message_has_an_id_of_its_own():
    golden = Golden()

    assert golden.submission("one")["id"] != golden.submission("one")["id"]
