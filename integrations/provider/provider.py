"""A payment provider's system: tells the office what was paid and records each answer, by the published schemas alone.

    export PROVIDER_AMQP_URL=amqp://provider-PAYGOV:secret@127.0.0.1:5672/motcua
    python provider.py push payments.ndjson --provider PAYGOV --state var/provider.sqlite \\
        --schemas contracts/schemas --until-answered 60
    python provider.py status --provider PAYGOV --state var/provider.sqlite

Each payment is written down with a fixed message id before it is sent, so pushing again repeats only what has no answer
yet, under the same id and payment, and money is never counted twice. See docs/integrators/provider.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the sibling packages, when run as a script

from partner import push

from provider.book import Book


def main(argv: list[str] | None = None) -> int:
    """Run one command; exit codes as those of ``partner.push.main``."""
    return push.main(Book, argv)


if __name__ == "__main__":
    sys.exit(main())
