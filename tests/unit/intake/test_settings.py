"""Settings of intake: what would let its desk fail later is told at the start."""

import os
from pathlib import Path

import pytest

from chassis.settings import SettingsFaults
from intake import settings

OFFICE = Path(__file__).resolve().parents[3] / "infra" / "office"
WHOLE = {
    "MOTCUA_AMQP_URI": "amqp://a:b@127.0.0.1/v",
    "MOTCUA_MONGODB_URI": "mongodb://127.0.0.1",
    "MOTCUA_IDENTITY_PUBLIC_KEY": "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n",
    "MOTCUA_OFFICE_DIR": str(OFFICE),
    "MOTCUA_TRACKING_KEY": "6b" * 32,
    "MOTCUA_SEARCH_KEY": "6c" * 32,
}


@pytest.fixture
def environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MOTCUA_")]:
        monkeypatch.delenv(name)
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize(("told", "days"), [(None, (5, 15, 30)), ("7", (7,)), ("3,6", (3, 6))])
def test_office_says_after_how_many_days_it_reminds(environment, told, days):
    if told is not None:
        environment.setenv("MOTCUA_REMIND_AFTER", told)

    assert settings.load().remind_after == days


@pytest.mark.parametrize("told", ["", "x", "5,,x"])
def test_days_of_reminding_that_are_none_are_a_fault_of_the_settings(environment, told):
    environment.setenv("MOTCUA_REMIND_AFTER", told)

    with pytest.raises(SettingsFaults, match="REMIND_AFTER"):
        settings.load()
