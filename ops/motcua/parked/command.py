"""``motcua parked list | show | replay | discard``: the desk for messages that need a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from pymongo.errors import PyMongoError

from chassis import telemetry
from motcua.audit import Contended, Trail
from motcua.parked import figures, options, showing, where
from motcua.parked.desk import BrokerAway, Desk, NotTaken, Taken
from motcua.parked.places import Places
from motcua.parked.run import carry_out
from motcua.parked.wanted import Wanted, checked


class Office:
    """What every command of the desk works with; found when it is needed, so that ``--help`` needs none of it."""

    def __init__(self, amqp: str | None, mongodb: str | None, run: Path | None, file: Path) -> None:
        self._given, self._file = (amqp, mongodb, run), file

    @cached_property
    def places(self) -> Places:
        """The parked queues of the topology."""
        return self._plan[0]

    @cached_property
    def _plan(self) -> tuple[Places, str]:
        return where.plan(self._file)

    @cached_property
    def _servers(self) -> where.Servers:
        return where.servers(*self._given)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Connect to the broker; whatever is away or refuses ends the command with what to check."""
        uri = where.amqp_uri(self._servers, self._plan[1])
        try:
            with Desk(uri, self.places) as desk:
                yield desk
        except NotTaken as error:
            raise click.ClickException(f"the broker did not take a message for {error}; nothing was lost") from error
        except Contended as error:
            raise click.ClickException(f"{error}: others write to the trail at the same time; start again") from error
        except PyMongoError as error:
            raise where.database_away(error) from error
        except BrokerAway as error:
            raise click.ClickException(f"the broker is away or refuses (MOTCUA_AMQP_URI): {error}"[:500]) from error
        except BrokenPipeError:
            raise  # who reads the output has enough of it; click ends quietly
        except OSError as error:
            raise click.ClickException(f"the output cannot be written: {error.strerror}") from error

    def trail(self) -> Trail:
        """Return the operators' trail."""
        return where.trail(self._servers)


@click.group()
@where.amqp_option
@where.mongodb_option
@where.run_option
@where.topology_option
@click.pass_context
def group(context: click.Context, amqp: str | None, mongodb: str | None, run: Path | None, file: Path) -> None:
    """Look at parked messages, put them back into their queues, or discard them with a reason."""
    telemetry.set_up("operator", os.environ.get("MOTCUA_LOG_LEVEL", "INFO"), stream="ext://sys.stderr")
    context.obj = Office(amqp, mongodb, run, file)


@group.command("list")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@options.filters
@click.option("--each", is_flag=True, help="One line per message instead of one per service, type and reason.")
@click.option("--limit", type=click.IntRange(min=1), help="With --each: at most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@options.metrics_option
@click.pass_obj
def list_command(
    office: Office,
    /,
    services: tuple[str, ...],
    each: bool,
    limit: int | None,
    as_json: bool,
    metrics: Path | None,
    **chosen: Any,
) -> None:
    """Say what is parked, by service (partners: what a ward or department rejected), type and reason.

    Looking takes nothing out and changes nothing.
    """
    if limit and not each:
        raise click.BadParameter("goes with --each", param_hint="--limit")
    wanted = checked(options.wanted_of((), services, None, **chosen), office.places)
    found, total, shown = figures.Figures(), figures.Figures(), 0
    if each and not as_json:
        click.echo(showing.EACH_HEAD)
    services = office.places.services if metrics else wanted.services
    with office.desk() as desk:
        with desk.messages(services) as messages:
            for taken in messages:
                total.add(taken.parked)
                if not wanted.takes(taken.parked):
                    continue
                found.add(taken.parked)
                if each and (limit is None or shown < limit):
                    click.echo(showing.row(taken.parked) if as_json else showing.line(taken.parked, datetime.now(UTC)))
                    shown += 1
                    if shown == limit and not metrics:
                        return
        if metrics:
            _write(metrics, total, office.trail())
    if not each:
        _groups(found, as_json=as_json)


@group.command()
@click.argument("id")
@click.option("--service", "services", multiple=True, help="Parked by this service, or partners.")
@click.option("--body", is_flag=True, help="Also what the message carries. It holds personal data.")
@click.option(
    "--raw",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the body to a new file, byte for byte; - prints it.",
)
@click.pass_obj
def show(office: Office, id: str, services: tuple[str, ...], body: bool, raw: str | None) -> None:
    """Show one message: its reason, properties, headers, and its envelope without the data."""
    wanted = checked(Wanted(ids=frozenset({id}), services=services), office.places)
    found = 0
    with office.desk() as desk, desk.messages(wanted.services) as messages:
        for taken in messages:
            if not wanted.takes(taken.parked):
                continue
            found += 1
            if raw:
                _write_raw(raw, taken)
                return
            for text in (*([""] if found > 1 else []), *showing.page(taken, body=body)):
                click.echo(text)
    if not found:
        raise click.ClickException(f"no parked message has the id {id!r}")


@group.command()
@options.choice
@options.acting
@click.option("--because", help="Why, for the trail.")
@click.option(
    "--rate", type=click.FloatRange(0.1, 500), default=50, show_default=True, help="Messages a second at most."
)
@options.metrics_option
@click.pass_obj
def replay(office: Office, /, **given: Any) -> None:
    """Put messages back into the queues they were read from.

    Each is tried anew, as if it had just come. One that is parked again is not taken a second time by the same run.
    Requests (rpc-…) are left: nobody waits for their answer.
    """
    _act(office, "replay", **given)


@group.command()
@options.choice
@options.acting
@click.option("--because", required=True, help="Why, for the trail.")
@options.metrics_option
@click.pass_obj
def discard(office: Office, /, **given: Any) -> None:
    """Throw messages away. The trail keeps who, why, and the digest of each; nothing keeps the body."""
    if not given["because"].strip():
        raise click.BadParameter("must not be empty", param_hint="--because")
    _act(office, "discard", rate=None, **given)


def _act(
    office: Office, name: str, *, metrics: Path | None, actor: str | None, because: str | None, **given: Any
) -> None:
    chosen = {key: given.pop(key) for key in ("ids", "services", "everything", *options.FILTERS)}
    wanted = checked(options.wanted_of(**chosen), office.places)
    order, trail = options.order(actor, because), office.trail()
    with office.desk() as desk:
        code = carry_out(name, desk, trail, wanted, order, **given)
        if metrics:
            total = figures.Figures()
            with desk.messages(office.places.services) as messages:
                for taken in messages:
                    total.add(taken.parked)
            _write(metrics, total, trail)
    raise click.exceptions.Exit(code)


def _groups(found: figures.Figures, *, as_json: bool) -> None:
    if as_json:
        lines = list(showing.group_rows(found))
    else:
        lines = [showing.GROUP_HEAD, *showing.group_lines(found)] if found.groups else ["nothing is parked"]
    for text in lines:
        click.echo(text)


def _write(path: Path, total: figures.Figures, trail: Trail) -> None:
    acts = trail.counts()
    try:
        figures.write(path, total, acts)
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}", param_hint="--metrics") from error


def _write_raw(raw: str, taken: Taken) -> None:
    if raw == "-":
        sys.stdout.buffer.write(taken.body)
        sys.stdout.buffer.flush()  # a reader that is gone is told of here, and not by the interpreter's end
        return
    try:
        with open(os.open(raw, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(taken.body)
    except FileExistsError:
        raise click.BadParameter(f"{raw} is there already", param_hint="--raw") from None
    except OSError as error:
        raise click.BadParameter(f"{raw}: {error.strerror}", param_hint="--raw") from None
    click.echo(f"{len(taken.body)} bytes in {raw}; they hold personal data")
