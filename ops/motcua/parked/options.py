"""The options that the commands of the desk share."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from motcua.parked.acts import Order
from motcua.parked.wanted import Age, Wanted

Command = Callable[..., Any]

FILTERS = ("type", "queue", "reason", "older", "younger")


def filters(command: Command) -> Command:
    """Add the options that choose messages by what they are."""
    for option in (
        click.option("--younger-than", "younger", type=Age(), help="Parked less long than this."),
        click.option("--older-than", "older", type=Age(), help="Parked at least so long: 90s, 30m, 2h, 3d."),
        click.option("--reason", help="Class of the reason, such as Broken, or a part of its words."),
        click.option("--queue", help="The queue that they were read from, such as intake.dossier.submit.v1."),
        click.option("--type", help="Type of the message, such as dossier.submit.v1."),
    ):
        command = option(command)
    return command


def choice(command: Command) -> Command:
    """Add everything that chooses messages to act on: ids, services, filters, all."""
    command = filters(command)
    command = click.option("--all", "everything", is_flag=True, help="All that the other options leave.")(command)
    command = click.option("--service", "services", multiple=True, help="Parked by this service, or partners.")(command)
    return click.argument("ids", nargs=-1)(command)


def acting(command: Command) -> Command:
    """Add who acts, and how carefully."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
        click.option("--limit", type=click.IntRange(min=1), help="At most so many messages."),
        click.option(
            "--as", "actor", envvar="MOTCUA_OPERATOR", help="Your name on the trail; the system's user if not given."
        ),
    ):
        command = option(command)
    return command


metrics_option = click.option(
    "--metrics",
    envvar="MOTCUA_METRICS_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write figures for Prometheus' textfile collector here.",
)


def wanted_of(ids: Sequence[str], services: Sequence[str], everything: bool | None, **chosen: Any) -> Wanted:
    """Return what a command is about.

    Args:
        everything: whether ``--all`` was given; None where there is no such option.

    Raises:
        click.UsageError: neither ids nor ``--all``, or both.
    """
    if everything is not None and bool(ids) == everything:
        raise click.UsageError("name messages by their ids, or give --all with what narrows it down")
    return Wanted(ids=frozenset(ids), services=tuple(services), **chosen)


def order(actor: str | None, because: str | None) -> Order:
    """Return who acts and why, for a new run.

    Raises:
        click.BadParameter: nobody, or words that no trail can keep.
    """
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        account = ""
    for name, text in (("--as", actor), ("--because", because)):
        if text and not text.isprintable():
            raise click.BadParameter("must be printable text on one line", param_hint=name)
    if not (actor or account).strip():
        raise click.BadParameter("name yourself: this user of the system has no name", param_hint="--as")
    return Order((actor or account).strip(), account, (because or "").strip(), str(uuid.uuid4()))
