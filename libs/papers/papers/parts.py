"""The groups of fields that several papers share."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from papers.fields import Group, Text, choice, maybe, one, whole


class Person(Group):
    """Who applies (chủ hồ sơ). ``identity_number``: CCCD, or the tax number of an organisation."""

    name = Text()
    identity_number = maybe()
    phone = maybe()
    email = maybe()
    address = maybe()


class Representative(Group):
    """Who acts for the applicant (người được ủy quyền), by which paper."""

    name = Text()
    identity_number = maybe()
    phone = maybe()
    authorisation = Text()


class Official(Group):
    """Who signs for the office, with the title over the signature ("CHÁNH VĂN PHÒNG"; null: the form's own).

    ``name`` null leaves the line under the signature to the signer's hand.
    """

    name = maybe()
    title = maybe()


class Dossier(Group):
    """What a paper is about."""

    code = Text()
    procedure_code = Text()
    procedure_name = Text()
    field_name = maybe()
    applicant = one(Person)


class Component(Group):
    """One paper of a dossier. ``copy``: 0 original, 1 copy, 2 electronic (LoaiBan)."""

    name = Text()
    copy = choice(0, 1, 2)
    quantity = whole(1)


class Fee(Group):
    """One fee or charge; ``note`` says for instance why it is remitted, or how it was counted."""

    name = Text()
    amount = whole()
    note = maybe()


class Limit(Group):
    """The statutory time. ``amount`` is null for same_day."""

    kind = choice("same_day", "working_days", "calendar_days", "working_hours", "half_days")
    amount = whole(1, allow_none=True)

    @validates_schema
    def amount_fits_kind(self, data: dict[str, Any], **_: Any) -> None:
        if (data["kind"] == "same_day") != (data["amount"] is None):
            raise ValidationError("Null for same_day, and for nothing else.", "amount")


class Delivery(Group):
    """How the result is collected; ``address`` is the postal or e-mail address, null at the counter."""

    method = choice("counter", "post", "electronic")
    address = maybe()


class Book(Group):
    """Where the dossier stands in the register (Vào Sổ theo dõi hồ sơ, quyển số, số thứ tự)."""

    volume = Text()
    line = whole(1)
