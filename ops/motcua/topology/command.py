"""``motcua topology render | apply | check``. No password is taken from the command line."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from motcua import topology
from motcua.passwords import Secrets

API = "MOTCUA_RABBITMQ_API"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True)
class _Wanted:
    definitions: dict[str, Any]
    passwords: dict[str, str]


@click.group()
@click.option("--file", "file", type=_FILE, default=Path("infra/rabbitmq/topology.yaml"), show_default=True)
@click.option("--office", type=_DIRECTORY, default=Path("infra/office"), show_default=True)
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("var/secrets.json"),
    show_default=True,
    help="JSON file of the users' passwords, mode 0600; a user that is missing there gets a random one.",
)
@click.pass_context
def group(context: click.Context, file: Path, office: Path, secrets_file: Path) -> None:
    """The broker's topology: render it, apply it, compare a broker with it."""
    try:
        plan = topology.load(file)
        members = plan.members(office)
        users = plan.users(members)
        admin = topology.credentials(os.environ.get(API, ""))
        passwords = Secrets(secrets_file).all(users) | {user: admin[user] for user in admin if user in users}
        context.obj = _Wanted(topology.render(plan, members, passwords), passwords)
    except (topology.TopologyFault, OSError) as error:
        raise click.ClickException(str(error)) from error


@group.command()
@click.pass_obj
def render(wanted: _Wanted) -> None:
    """Print the definitions as JSON (passwords as salted hashes)."""
    click.echo(json.dumps(wanted.definitions, indent=1, ensure_ascii=False))


@group.command()
@click.pass_obj
def apply(wanted: _Wanted) -> None:
    """Put the topology on the broker that MOTCUA_RABBITMQ_API names, and remove guest."""
    try:
        topology.apply(wanted.definitions, _api())
    except topology.ManagementUnreachable as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"applied: {len(wanted.definitions['queues'])} queues, {len(wanted.definitions['users'])} users")


@group.command()
@click.pass_obj
def check(wanted: _Wanted) -> None:
    """Compare the broker with the topology; exits 1 when they differ."""
    try:
        found = topology.differences(wanted.definitions, _api(), wanted.passwords)
    except topology.ManagementUnreachable as error:
        raise click.ClickException(str(error)) from error
    for line in found:
        click.echo(line)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("the broker is as the topology says")


def _api() -> str:
    if url := os.environ.get(API):
        return url
    raise click.ClickException(f"set {API} to http://user:password@host:port of an administrator")
