"""``motcua audit list | verify``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pymongo.errors import PyMongoError

from motcua.audit.trail import Entry, Head, Trail, first_fault
from motcua.parked import where
from motcua.parked.text import printable


class HeadType(click.ParamType[Head]):
    """``number:hash`` as ``verify`` prints it."""

    name = "number:hash"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        if isinstance(value, Head):
            return value
        found = re.fullmatch(r"(\d+):([0-9a-f]{64})", str(value))
        if not found:
            self.fail("must be number:hash, as `motcua audit verify` prints it", param, ctx)
        return Head(int(found[1]), found[2])


@click.group()
@where.mongodb_option
@where.run_option
@click.pass_context
def group(context: click.Context, mongodb: str | None, run: Path | None) -> None:
    """The operators' trail: what was done with parked messages, by whom and why."""
    # only when a command wants it: its --help needs no database
    context.obj = lambda: where.trail(where.servers(None, mongodb, run))


@group.command("list")
@click.option("--act", help="Only this act: replay, replay-unconfirmed or discard.")
@click.option("--message", help="Only about the message of this id.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="So many of the newest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_command(trail: Callable[[], Trail], act: str | None, message: str | None, limit: int, as_json: bool) -> None:
    """Print the newest entries, oldest first."""
    wanted = {name: value for name, value in (("act", act), ("message.id", message)) if value}
    try:
        for entry in trail().entries(wanted, newest=limit):
            click.echo(json.dumps(entry, ensure_ascii=False, default=repr) if as_json else _line(entry))
    except PyMongoError as error:
        raise where.database_away(error) from error


@group.command()
@click.option("--head", "known", type=HeadType(), help="Number and hash that an earlier run printed.")
@click.pass_obj
def verify(trail: Callable[[], Trail], known: Head | None) -> None:
    """Check the whole chain and print its head; exits 1 and names the first entry that is not as it was written."""
    try:
        head, fault = first_fault(trail().entries(), known)
    except PyMongoError as error:
        raise where.database_away(error) from error
    if fault:
        raise click.ClickException(f"the trail is broken: {fault} (whole up to {head})")
    click.echo(f"whole: {head.number} entries")
    click.echo(f"head {head}")
    if not known:
        click.echo(
            "Entries cut off at the end cannot be seen from inside: keep the head elsewhere, and check with --head."
        )


def _line(entry: Entry) -> str:
    message = entry.get("message") or {}
    parts = [entry["_id"], entry.get("at"), entry.get("act"), entry.get("actor"), message.get("service")]
    parts += [message.get("type"), message.get("id"), message.get("subject"), entry.get("because") or ""]
    return " | ".join(printable(str(part)) for part in parts)
