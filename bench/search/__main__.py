"""``python -m bench.search``: see bench/README.md."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import click
from pymongo import MongoClient

from bench.report import RESULTS, show, tell, write
from bench.search import archive
from bench.search.kinds import KINDS
from chassis.documents import Documents
from intake.domain import Dossier
from intake.store import Dossiers
from motcua.database import PrivateDatabase

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
KEY = bytes(range(32))
LIMIT = 50
PATIENCE_MS = 300_000
CHUNK = 500
#: Dossiers that are searched for: one of so many, so that they lie all over the archive.
SAMPLED = 97


@click.command(help="The first page of each kind of search, as the archive grows, over raw reads of the same database.")
@click.option("--sizes", default="10000,100000,1000000", show_default=True, help="Dossiers, ascending.")
@click.option("--times", default=60, show_default=True, type=click.IntRange(5, 10_000), help="Searches of each kind.")
@click.option("--minutes", default=40, show_default=True, type=click.IntRange(1, 600), help="Longest time to load.")
def main(sizes: str, times: int, minutes: int) -> None:
    directory = Path(tempfile.mkdtemp(prefix="motcua-bench-search-"))
    database = PrivateDatabase(directory)
    try:
        database.start()
        database.wait_ready()
        results: list[dict[str, Any]] = []
        for result in _measure(database.uri, [int(size) for size in sizes.split(",")], times, minutes * 60):
            results.append(result)
            write("search", {"limit": LIMIT, "times": times, "sizes": results})
            _report(results)
    finally:
        database.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _measure(uri: str, sizes: Sequence[int], times: int, seconds: float) -> Iterator[dict[str, Any]]:
    # loading keeps this server busy for longer than a service would wait for it
    patient: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True, socketTimeoutMS=PATIENCE_MS)
    documents = Documents(patient["bench"][Dossiers.COLLECTION], None, Dossiers.INDEXES)
    documents.create_indexes()
    store = Dossiers(documents, KEY)
    source = archive.dossiers(max(sizes), NOW)
    loaded, sample, spent = 0, list[Dossier](), 0.0
    for size in sizes:
        begun = time.perf_counter()
        while loaded < size and spent + time.perf_counter() - begun < seconds:
            part = list(islice(source, min(CHUNK, size - loaded)))
            documents.collection.insert_many([archive.document(made, KEY) for made in part])
            sample += part[::SAMPLED]
            loaded += len(part)
            if loaded % 50_000 == 0:
                tell(f"{loaded} loaded, {spent + time.perf_counter() - begun:.0f} s")
        spent += time.perf_counter() - begun
        tell(f"{loaded} dossiers loaded in {spent:.0f} s")
        yield {"dossiers": loaded, "load_seconds": round(spent), "ms": _size(documents, store, sample, times)}
        if loaded < size:
            tell(f"stopped at {loaded}: loading took its {seconds / 60:.0f} minutes")
            return


def _size(documents: Documents, store: Dossiers, sample: list[Dossier], times: int) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, floor in _floors(documents, sample):
        told[name] = _spread([_timed(floor) for _ in range(times)])
    random = Random(7)  # noqa: S311 - the same searches at every size
    for kind in KINDS:
        spent, more, rows = [], 0, 0
        for _ in range(times):
            query = kind.make(random, random.choice(sample))
            begun = time.perf_counter()
            page, _, ended = store.search(query, LIMIT, None, NOW)
            spent.append((time.perf_counter() - begun) * 1000)
            more, rows = more + ended, rows + len(page)
        told[kind.name] = {**_spread(spent), "rows": round(rows / times, 1), "ended_early": more / times}
        tell(f"{kind.name}: {told[kind.name]}")
    return told


def _floors(documents: Documents, sample: list[Dossier]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """One document by its id, and a page by an equality and a span that hold no more than the page."""
    random = Random(8)  # noqa: S311 - no secret
    collection = documents.collection
    newest = collection.find({"order_key": {"$gte": "2026-11-24T01"}}, {"order_key": 1, "terms": 1})
    keys = sorted((row["order_key"] for row in newest if "h:1" in row["terms"]), reverse=True)
    page = {"terms": "h:1", "order_key": {"$gte": keys[LIMIT - 1]}}
    yield "floor: one by _id", lambda: collection.find_one({"_id": str(random.choice(sample).receipt.dossier_id)})
    yield f"floor: {LIMIT} by an equality", lambda: list(collection.find(page).limit(LIMIT))


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _spread(spent: list[float]) -> dict[str, float]:
    return {"p50": round(median(spent), 1), "p99": round(sorted(spent)[int(len(spent) * 0.99)], 1)}


def _report(results: list[dict[str, Any]]) -> None:
    headings = ["p50 / p99 in ms, first page of 50", *(f"{result['dossiers']:,}" for result in results)]
    rows = [[name, *(_cell(result["ms"][name]) for result in results)] for name in results[0]["ms"]]
    rows.append(["seconds to load", *(str(result["load_seconds"]) for result in results)])
    show("Search", headings, rows)
    lines = [headings, ["---"] * len(headings), *rows]
    (RESULTS / "search.md").write_text("".join(f"| {' | '.join(line)} |\n" for line in lines), encoding="utf-8")


def _cell(spread: dict[str, float]) -> str:
    early = spread.get("ended_early", 0)
    return f"{spread['p50']} / {spread['p99']}" + (f" ({early:.0%} ended early)" if early else "")


if __name__ == "__main__":
    main()
