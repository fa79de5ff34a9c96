"""A person who wants to hear of one dossier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notify import domain

NOW = datetime(2018, 8, 23, 1, 10, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def contact():
    return domain.Contact(
        dossier_id=UUID("5d2952e0-516e-54e9-a856-08fc38202f7f"),
        code="000.01.01.H29-180823-0001",
        procedure="Đăng ký thành lập hộ kinh doanh",
        name="Nguyễn Thị Thí Dụ",
        email="thi.du@example.org",
        language="vi",
    )


ALONE = timedelta(minutes=2)


@pytest.fixture
def tell(contact, now):
    """Return a function that makes a notice; ``facts`` and fields of the contact as named."""

    def make(occasion="dossier.received.v1", message_id="m-1", facts=None, **changes):
        return domain.notice(
            replace(contact, **changes),
            message_id=message_id,
            occasion=occasion,
            facts=facts or {},
            now=now,
            alone=ALONE,
        )

    return make
