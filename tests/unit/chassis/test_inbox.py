"""Why a message was parked, in words that hold nobody's data."""

from types import SimpleNamespace

import pytest

from chassis.delivery import Unreadable
from chassis.inbox import Broken, Inbox

SECRET = "Nguyễn Thị Thí Dụ 079185000123"


class Ended(Exception):
    """A rule that no second try can cure."""


class Contract:
    TYPE = "a.b.v1"
    ADDRESS = None


def failing(error):
    """Return ``error`` as it is after it was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


@pytest.fixture
def inbox():
    """An inbox of the service ``toy``, not yet at work."""
    entrypoint = Inbox(Contract, permanent=(Ended,))
    entrypoint.container = SimpleNamespace(service_name="toy")
    return entrypoint


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unreadable("body is not JSON"), "Unreadable: body is not JSON"),
        (Broken("data.step: Missing data."), "Broken: data.step: Missing data."),
        (Ended("round 1 of 2"), "Ended: round 1 of 2"),
        (None, ""),
    ],
    ids=["body", "contract", "rule", "nothing"],
)
def test_words_of_a_contract_or_a_rule_are_told(inbox, error, reason):
    assert inbox._because(error and failing(error)) == reason


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        TypeError(SECRET),
        RuntimeError({"applicant": SECRET}),
        OSError(SECRET),
        UnicodeEncodeError("ascii", SECRET, 6, 7, SECRET),
        UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_of_any_other_exception_only_class_and_places_are_told(inbox, error):
    reason = inbox._because(failing(error))

    name, _, places = reason.partition(": ")
    assert name == type(error).__name__
    assert places.startswith("test_inbox.py:")
    assert SECRET not in reason
    assert "079185000123" not in reason


def test_places_are_told_innermost_first_and_three_at_most(inbox):
    def dive(depth):
        return dive(depth - 1) if depth else innermost()

    def innermost():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as error:
        dive(9)

    places = inbox._because(error.value).removeprefix("ZeroDivisionError: ").split(" < ")
    assert [place.split()[-1] for place in places] == ["innermost", "dive", "dive"]


def test_rule_of_another_inbox_is_not_told(inbox):
    inbox.permanent = ()

    assert "round 1" not in inbox._because(failing(Ended("round 1 of 2")))


def test_long_reason_is_cut_so_that_the_broker_takes_it(inbox, delivery):
    error = failing(Unreadable("x" * 100_000))

    headers = inbox._parked(delivery(), error).properties["application_headers"]

    assert len(headers["x-parked-because"]) == 1000
    assert (headers["x-parked-queue"], headers["x-parked-error"]) == ("toy.a.b.v1", "Unreadable")
