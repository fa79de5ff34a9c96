"""Offline bundles of wards, handed in by the gateway: the commands of a signed file, obeyed as those by message are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.kept import Document, Letter
from chassis.rpc import rpc
from chassis.service import Stored
from intake import domain, store
from intake.messages import bundles, calls, letters, wards
from intake.service.base import cause_of, ward_case, ward_key
from intake.service.reception import check_ward
from intake.service.statements import Statements
from intake.service.wards import Early
from motcua_contracts.base import Message
from motcua_contracts.ward import DossierCorrectV1, DossierSubmitV1, DossierWithdrawV1

_PAGE = 200


class Bundles(Statements):
    bundles: store.Bundles = Stored(store.Bundles)

    @rpc(roles=("clerk", "ward-officer"))
    def open_bundle(
        self, caller: Identity, ward: str, header: Any, lines: int, digest: str, signature: str
    ) -> dict[str, Any]:
        """Check whose a bundle is and that it is whole, before its first line is taken.

        Args:
            header: the first line, as JSON.
            lines: how many lines are between it and the signature.
            digest: SHA-256 in hex of all lines before the signature.
        """
        check_ward(caller, ward)
        head = calls.load(bundles.Header(), header)
        calls.refuse_faulty(bundles.faults(self.statement_keys, ward, head, lines, digest, signature))
        self.bundles.open(ward, str(head["bundle"]), digest, lines, self.clock.now())
        return {"bundle": str(head["bundle"]), "count": lines}

    @rpc(roles=("clerk", "ward-officer"))
    def take_bundle_lines(self, caller: Identity, ward: str, bundle: str, first: int, lines: list[str]) -> int:
        """Obey lines of a bundle in their order, ``first`` and those after it; what was obeyed before stays as it was.

        Returns:
            The line after the last.
        """
        found = self._bundle(caller, ward, bundle)
        place = isinstance(first, int) and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
        if not place or not 1 <= first <= found["count"] - len(lines) + 1:
            raise Refused("invalid-query", 422, errors=calls.problems([domain.Fault("first", "not-a-place")]))
        known = self.bundles.answers(ward, bundle, range(first, first + len(lines)))
        for number, line in enumerate(lines, first):
            if number not in known:
                self._answer(ward, bundle, number, self._taken(line, ward))
        return first + len(lines)

    @rpc(roles=("clerk", "ward-officer"))
    def bundle_answers(
        self, caller: Identity, ward: str, bundle: str, after: int = 0, limit: int = 100
    ) -> dict[str, Any]:
        """Return the answers to the lines after ``after``, each as the text that stands in the file."""
        found = self._bundle(caller, ward, bundle)
        size, _ = calls.page(limit, None)
        if not isinstance(after, int) or isinstance(after, bool) or after < 0:
            raise Refused("invalid-query", 422, errors=calls.problems([domain.Fault("after", "not-a-place")]))
        upto = min(after + size, found["count"])
        return {"lines": list(self._answers(ward, bundle, after, upto)), "more": upto < found["count"]}

    @rpc(roles=("clerk", "ward-officer"))
    def bundle_ends(self, caller: Identity, ward: str, bundle: str) -> dict[str, str]:
        """Return the first line of the answers' file, and the last, which signs all before it."""
        found = self._bundle(caller, ward, bundle)
        count = found["count"]
        answers = self._answers(ward, bundle, 0, count)
        header, trailer = bundles.ends(self.statement_keys, ward, bundle, found["at"], answers, count)
        return {"header": header, "trailer": trailer}

    def _bundle(self, caller: Identity, ward: str, bundle: str) -> Document:
        check_ward(caller, ward)
        try:
            found = self.bundles.find(ward, str(uuid.UUID(bundle)))
        except (ValueError, TypeError, AttributeError):
            found = None
        if found is None:
            raise Refused("unknown-bundle", 404)
        return found

    def _answers(self, ward: str, bundle: str, after: int, upto: int) -> Iterator[str]:
        """Yield the answers to the lines from ``after`` + 1 to ``upto``.

        Raises:
            Refused: a line was not taken yet (409).
        """
        for start in range(after + 1, upto + 1, _PAGE):
            wanted = range(start, min(start + _PAGE, upto + 1))
            found = self.bundles.answers(ward, bundle, wanted)
            if len(found) < len(wanted):
                raise Refused("bundle-unfinished", 409)
            yield from (found[line] for line in wanted)

    def _answer(self, ward: str, bundle: str, line: int, text: str) -> None:
        try:
            self.bundles.answer(ward, bundle, line, text)
        except AlreadyHandled:
            return  # the same bundle is taken twice at the same time: the first answer stands

    def _taken(self, line: str, ward: str) -> str:
        """Obey a line and return its answer."""
        now = self.clock.now()
        try:
            message = bundles.open_line(line)
        except Refused as refused:
            return bundles.unreadable(ward, line, refused.errors, now)
        self._once(message, ward, now)
        return bundles.answer(self._answer_to(message, ward, now), message.id, message.correlationid)

    def _once(self, message: Message, ward: str, now: datetime) -> None:
        handle = {
            DossierSubmitV1.TYPE: self.on_dossier_submit,
            DossierCorrectV1.TYPE: self.on_dossier_correct,
            DossierWithdrawV1.TYPE: self.on_dossier_withdraw,
        }[message.type]
        try:
            handle(message, ward)
        except AlreadyHandled:
            return  # it came before, by message or in a bundle; its answer is read from what it did
        except Early:
            # a ward's file is in its order, and all before this line was obeyed: nothing is left to wait for
            reference, about = message.data["ward_reference"], bundles.ABOUT[message.type]
            problems = calls.problems([domain.Fault("ward_reference", "unknown-reference")])
            letter = wards.refused(ward, reference, problems, about, message.id, now)
            self.rejections.add(ward, reference, now, problems, letter, cause_of(message))

    def _answer_to(self, message: Message, ward: str, now: datetime) -> Letter:
        """Return the answer to a command that had its effect, whenever that was."""
        reference, about = message.data["ward_reference"], bundles.ABOUT.get(message.type)
        problems = self.rejections.problems_of(ward, cause_of(message))
        if about is None:
            registered = self._registered(message, ward)
            if registered is not None:
                return letters.accepted(registered, now)
            return letters.rejected(ward, reference, problems or [], now)
        if problems is not None:
            return wards.refused(ward, reference, problems, about, message.id, now)
        found = self.dossiers.of_ward(ward_case(ward, reference))
        if found is None:
            raise Refused("unknown-dossier", 404)
        return wards.obeyed(found[1], about, message.id, now)

    def _registered(self, message: Message, ward: str) -> domain.Dossier | None:
        """Return the dossier that says what a submission says, if that is what the reference names."""
        try:
            return self.dossiers.find_submission([ward_key(ward, message.data["ward_reference"], message.data)])
        except Refused:
            return None
