"""Where the servers are: the environment, or the directory of a stack of this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click
from pymongo.errors import PyMongoError

from chassis.database import connect
from motcua import topology
from motcua.audit.trail import DATABASE, Trail
from motcua.broker import PrivateBroker
from motcua.database import PrivateDatabase
from motcua.parked.places import Places

RUN = Path("var") / "run"

amqp_option = click.option(
    "--amqp",
    envvar="MOTCUA_AMQP_URI",
    help="Broker, as its user operator. Better in MOTCUA_AMQP_URI: it has a password.",
)
mongodb_option = click.option(
    "--mongodb", envvar="MOTCUA_MONGODB_URI", help="Database of the trail. Better in MOTCUA_MONGODB_URI."
)
run_option = click.option(
    "--run",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of a stack of this machine, whose own servers are used whatever the environment says;"
    f" {RUN} when neither this nor a broker is given.",
)
topology_option = click.option(
    "--topology",
    "file",
    envvar="MOTCUA_TOPOLOGY",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("infra") / "rabbitmq" / "topology.yaml",
    show_default=True,
)


@dataclass(frozen=True, slots=True)
class Servers:
    """URIs of broker and database; None for one that nobody named."""

    amqp: str | None
    mongodb: str | None


def servers(amqp: str | None, mongodb: str | None, run: Path | None) -> Servers:
    """Return the servers of a run directory where one is named or nothing else is, and else those that are given.

    Raises:
        click.BadParameter: no stack was ever started in the directory that is named.
    """
    if run and not _is_stack(run):
        raise click.BadParameter(f"no stack was started in {run}", param_hint="--run")
    if run is None and not amqp and not mongodb and RUN.is_dir():
        run = RUN
    if run is None:
        return Servers(amqp, mongodb)
    # a stack that was started with given servers has none of its own here
    if (run / "broker" / "ports").is_file():
        broker = PrivateBroker(run / "broker")
        amqp = broker.uri("operator", broker.password, "")
    if (run / "database" / "ports").is_file():
        mongodb = PrivateDatabase(run / "database").uri
    return Servers(amqp, mongodb)


def _is_stack(run: Path) -> bool:
    # the directories of its servers have passwords, too, but no keys
    return (run / "broker" / "ports").is_file() or ((run / "secrets.json").is_file() and (run / "keys").is_dir())


def amqp_uri(found: Servers, vhost: str) -> str:
    """Return the broker's URI, with the topology's vhost when it names none.

    Raises:
        click.ClickException: nobody named a broker, or it cannot be one.
    """
    if not found.amqp:
        raise click.ClickException(
            "set MOTCUA_AMQP_URI to the broker's URI with its user operator, or name a --run DIR"
        )
    parts = urlsplit(found.amqp)
    if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
        raise click.ClickException("MOTCUA_AMQP_URI must be amqp://user:password@host:port/vhost, or amqps://")
    return urlunsplit(parts._replace(path=f"/{vhost}")) if parts.path in ("", "/") else found.amqp


def trail(found: Servers) -> Trail:
    """Return the operators' trail.

    Raises:
        click.ClickException: nobody named a database.
    """
    if not found.mongodb:
        raise click.ClickException("set MOTCUA_MONGODB_URI to the database of the trail, or name a --run DIR")
    try:
        return Trail(connect(found.mongodb, os.environ.get("MOTCUA_OPS_DATABASE") or DATABASE))
    except PyMongoError as error:
        raise database_away(error) from error


def database_away(error: PyMongoError) -> click.ClickException:
    """Return what to tell when the trail can be neither read nor written; the error's text may name hosts, not data."""
    return click.ClickException(f"the trail's database is away or refuses (MOTCUA_MONGODB_URI): {error}"[:500])


def plan(file: Path) -> tuple[Places, str]:
    """Return the places of a topology file, and its vhost.

    Raises:
        click.BadParameter: the file is not there or cannot be read.
        click.ClickException: it is no topology.
    """
    try:
        loaded = topology.load(file)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="--topology") from error
    except topology.TopologyFault as error:
        raise click.ClickException(str(error)) from error
    return Places(loaded), loaded.vhost
