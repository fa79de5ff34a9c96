"""The built-in account store: who may sign in, with argon2id hashes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis import telemetry
from chassis.identity import Identity

COLLECTION = "accounts"

_log = telemetry.logger(__name__)


@dataclass(frozen=True, slots=True)
class Seed:
    """One account of the accounts file; the password is plain there and nowhere else."""

    username: str
    password: str
    roles: tuple[str, ...]
    unit: str | None

    def __repr__(self) -> str:
        return f"Seed({self.username!r})"


class Accounts:
    """Accounts in one collection.

    Args:
        collection: documents ``{_id: username, hash, roles, unit}``.
        seeds: accounts that must exist; their file is the operator's word on password, roles and unit.
    """

    def __init__(self, collection: Collection[dict[str, Any]], seeds: tuple[Seed, ...] = ()) -> None:
        self._accounts = collection
        self._hasher = PasswordHasher()
        self._seeds = seeds
        # an unknown name must cost the same time as a wrong password
        self._nobody = self._hasher.hash("nobody")

    def sow(self) -> None:
        """Bring the seeded accounts into the store; passwords are hashed when they are new or changed.

        Raises:
            PyMongoError: the database is away; signing in tries again.
        """
        for seed in self._seeds:
            facts = {"roles": list(seed.roles), "unit": seed.unit}
            found = self._accounts.find_one({"_id": seed.username}, {"hash": 1})
            if found is None:
                try:
                    self._accounts.insert_one({"_id": seed.username, "hash": self._hasher.hash(seed.password), **facts})
                except DuplicateKeyError:
                    _log.info("account was sown by another worker", account=seed.username)
                continue
            if not self._matches(found["hash"], seed.password):
                facts["hash"] = self._hasher.hash(seed.password)
            self._accounts.update_one({"_id": seed.username}, {"$set": facts})
        self._seeds = ()

    def check(self, username: str, password: str) -> Identity | None:
        """Return who signs in with ``username`` and ``password``, or None if the pair is wrong."""
        if self._seeds:
            try:
                self.sow()
            except PyMongoError as error:
                _log.error("accounts not sown", error=type(error).__name__)
                raise
        found = self._accounts.find_one({"_id": username})
        if not self._matches(found["hash"] if found else self._nobody, password) or found is None:
            return None
        return Identity(found["_id"], frozenset(found["roles"]), found.get("unit"))

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def read_seeds(path: Path | None) -> tuple[Seed, ...]:
    """Read the accounts file: a JSON list of ``{"username", "password", "roles": [...], "unit": str | null}``.

    Raises:
        ValueError: naming the entry that is wrong, never its password.
    """
    if path is None:
        return ()
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise ValueError(f"{path}: must be a JSON list of accounts")
    seeds = []
    for number, row in enumerate(rows, 1):
        try:
            seed = Seed(str(row["username"]), str(row["password"]), tuple(map(str, row["roles"])), row.get("unit"))
        except (KeyError, TypeError, AttributeError):
            raise ValueError(f"{path}: account {number} needs username, password, roles, unit") from None
        seeds.append(seed)
    return tuple(seeds)
