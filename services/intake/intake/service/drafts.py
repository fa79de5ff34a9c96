"""Drafts: a submission grows step by step until it is sent in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from chassis.due import due
from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.kept import Cause, Document
from chassis.rpc import rpc
from chassis.service import Stored
from intake import domain, store
from intake.domain.submission import ONLINE
from intake.messages import calls, views
from intake.service.base import CALLS, call, ward_key
from intake.service.reception import Handed, Reception, check_ward

WRITERS = ("citizen", "clerk", "ward-officer")
#: A draft that nobody touched for so long goes.
KEPT = timedelta(days=60)


class Drafts(Reception):
    drafts: store.DraftStore = Stored(store.DraftStore)

    @rpc(roles=WRITERS)
    def create_draft(self, caller: Identity, key: str, submission: Any) -> dict[str, Any]:
        """Keep what there is of a submission; what is there must be right, what is missing may come later."""
        data, now = calls.open_draft(submission), self.clock.now()
        cause = call(caller, key, ["create-draft", submission])
        draft = str(uuid.uuid5(CALLS, f"{caller.subject} draft {key}"))
        self.filed(_papers(data), draft, caller)
        try:
            return self.drafts.add(draft, caller.subject, data, now, now + KEPT, cause)
        except AlreadyHandled:
            return self._kept(draft, caller, cause)

    def _kept(self, draft: str, caller: Identity, cause: Cause) -> dict[str, Any]:
        """Return a draft as it is after a repeated call; ``Refused`` when the key came with another body before."""
        try:
            return store.drafts.shown(self.drafts.get(draft, caller.subject, cause))
        except AlreadyHandled:
            return store.drafts.shown(self.drafts.get(draft, caller.subject))

    @rpc(roles=WRITERS)
    def save_draft(self, caller: Identity, key: str, draft: str, submission: Any) -> dict[str, Any]:
        """Put a draft's content anew; raises ``Refused`` once it was submitted."""
        cause = call(caller, key, ["save-draft", draft, submission])
        try:
            loaded = self.drafts.get(draft, caller.subject, cause)
        except AlreadyHandled:
            return store.drafts.shown(self.drafts.get(draft, caller.subject))
        sent_in = self.dossiers.find_submission([Cause(f"draft:{draft}")])
        calls.refuse_submitted(sent_in.code if sent_in else loaded["code"])
        data, now = calls.open_draft(submission), self.clock.now()
        self.filed(_papers(data), draft, caller)
        self.freed(_papers(loaded["data"]), _papers(data), draft)
        return self.drafts.save(loaded, {"data": data, "updated_at": now, "wake_at": now + KEPT}, cause)

    @rpc(roles=WRITERS)
    def read_draft(self, caller: Identity, draft: str) -> dict[str, Any]:
        return store.drafts.shown(self.drafts.get(draft, caller.subject))

    @rpc(roles=WRITERS)
    def list_drafts(self, caller: Identity) -> list[dict[str, Any]]:
        return self.drafts.of(caller.subject)

    @rpc(roles=WRITERS)
    def remove_draft(self, caller: Identity, key: str, draft: str) -> None:
        """Remove a draft; removing it again, or one that is not there for the caller, is no fault and no effect."""
        try:
            loaded = self.drafts.get(draft, caller.subject)
        except Refused:
            return
        if loaded["code"] is None:
            self.freed(_papers(loaded["data"]), (), draft)
        self.drafts.remove(draft, caller.subject)

    @rpc(roles=WRITERS)
    def submit_draft(self, caller: Identity, key: str, draft: str) -> dict[str, Any]:
        """Send a draft in: once, whatever is repeated or dies. The desk looks at it before it is received."""
        cause = call(caller, key, ["submit-draft", draft])
        loaded = self.drafts.get(draft, caller.subject)
        name, now = Cause(f"draft:{draft}"), self.clock.now()
        if before := self.dossiers.find_submission([cause, name]):
            dossier, replayed = before, True
        else:
            dossier, replayed = self._send_in(caller, loaded, [name, cause], now)
        if loaded["code"] is None:
            self.drafts.save(loaded, {"code": dossier.code})
        return views.receipt(dossier, self.desk.tracking(dossier.receipt.dossier_id)[0], replayed=replayed)

    def _send_in(
        self, caller: Identity, draft: Document, keys: list[Cause], now: datetime
    ) -> tuple[domain.Dossier, bool]:
        """Register what the draft holds; the first key names it, whichever call sends it in."""
        data = calls.open_submission(draft["data"])
        ward, reference = data["ward"], data["ward_reference"]
        check_ward(caller, ward)
        if reference is not None:
            keys = [*keys, ward_key(str(ward), reference, data)]
        owner = caller.subject if "citizen" in caller.roles and "clerk" not in caller.roles else None
        handed = Handed(data, ward, reference, ONLINE, caller, owner, receive=False, draft=draft["_id"])
        return self.register(keys, keys[1], handed, now)

    @due("drafts")
    def on_draft_due(self, key: str) -> None:
        """Remove a draft that nobody touched for long, and let go of its files."""
        since = self.clock.now() - KEPT
        try:
            draft = self.drafts.get(key, None)
        except Refused:
            return  # its owner removed it meanwhile
        if draft["updated_at"] <= since:
            self.freed(_papers(draft["data"]), (), key)
            self.drafts.remove_untouched(key, since)


def _papers(submission: dict[str, Any]) -> Any:
    return submission.get("components") or ()
