"""A ward's system: pushes cases from a file to the district and records what it hears, by the published schemas alone.

    export WARD_AMQP_URL=amqp://ward-26734:secret@127.0.0.1:5672/motcua
    python ward.py push cases.ndjson --ward 26734 --state var/ward.sqlite --schemas contracts/schemas \\
        --until-answered 60
    python ward.py correct corrections.ndjson ...           # likewise withdraw
    WARD_STATEMENT_KEY=... python ward.py statement 2018-08-23 --ward 26734 --state var/ward.sqlite > day.ndjson
    python ward.py state day.ndjson ...
    WARD_STATEMENT_KEY=... python ward.py bundle out bundle.ndjson --ward 26734 --state var/ward.sqlite
    WARD_DISTRICT_KEY=... python ward.py bundle in answers.ndjson --schemas contracts/schemas --ward ...
    python ward.py status --ward 26734 --state var/ward.sqlite

Each case is written down with a fixed message id before it is sent, so pushing again repeats only what has no answer
yet, under the same id and reference, and never registers a case twice. See docs/integrators/ward.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the sibling packages, when run as a script

from partner import push

from ward import bundle, statement
from ward.book import Book


def main(argv: list[str] | None = None) -> int:
    """Run one command; exit codes as those of ``partner.push.main``."""
    given = sys.argv[1:] if argv is None else argv
    own = {"statement": statement.main, "bundle": bundle.main}.get(given[0] if given else "")
    return own(given[1:]) if own else push.main(Book, given)


if __name__ == "__main__":
    sys.exit(main())
