"""Files of papers: what a submission, a supplement or a draft names becomes the dossier's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chassis.identity import Identity
from intake.domain import Dossier
from intake.service.attachments import Attaching

Papers = Sequence[Mapping[str, Any]]


class Filing(Attaching):
    def filed(self, papers: Papers, dossier_id: str, by: Identity, draft_id: str | None = None) -> list[dict[str, Any]]:
        """Return papers with what is known of their files, which are the dossier's from now on.

        Args:
            dossier_id: of the dossier, or of the draft that keeps them meanwhile.
            draft_id: of the draft that they were kept by.

        Raises:
            Refused: ``invalid-attachments`` with every fault by its field; nothing is claimed then.
        """
        named = [(place, number, str(file["id"])) for place, number, file in _files(papers)]
        ids = [key for _, _, key in named]
        if not ids:
            return [dict(paper) for paper in papers]
        fields = [f"components.{place}.attachments.{number}.id" for place, number, _ in named]
        claimed = self.claim_attachments(ids, dossier_id, by, draft_id=draft_id, fields=fields)
        known = {row.id: asdict(row) for row in claimed}
        return [
            {**paper, "attachments": [_shown(known[str(file["id"])]) for file in paper["attachments"]]}
            if paper.get("attachments")
            else dict(paper)
            for paper in papers
        ]

    def with_files(self, given: dict[str, Any], dossier: Dossier, by: Identity) -> dict[str, Any]:
        """Return what is given anew of a dossier, the files that its papers name being the dossier's from now on."""
        if given.get("components") is None:
            return given
        return {**given, "components": self.filed(given["components"], str(dossier.receipt.dossier_id), by)}

    def freed(self, before: Papers, after: Papers, draft_id: str) -> None:
        """Let go of the files that a draft named and names no more."""
        kept = {str(file["id"]) for _, _, file in _files(after)}
        gone = [str(file["id"]) for _, _, file in _files(before) if str(file["id"]) not in kept]
        self.release_attachments(gone, draft_id)


def _files(papers: Papers) -> list[tuple[int, int, Mapping[str, Any]]]:
    return [
        (place, number, file)
        for place, paper in enumerate(papers)
        for number, file in enumerate(paper.get("attachments") or ())
    ]


def _shown(claimed: Mapping[str, Any]) -> dict[str, Any]:
    names = {"id": "id", "name": "name", "media_type": "type", "size": "size", "sha256": "sha256", "signed": "signed"}
    return {name: claimed[ours] for name, ours in names.items()}
