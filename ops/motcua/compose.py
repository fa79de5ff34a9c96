"""``motcua compose-secrets`` and ``compose-users``: what ``docker-compose.yml`` needs and must not hold."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pymongo
from pymongo.errors import OperationFailure

from motcua import topology
from motcua.accounts import sample_accounts
from motcua.audit import DATABASE as TRAIL_DATABASE
from motcua.audit.trail import COLLECTION as TRAIL
from motcua.keys import key_pair, statement_keys
from motcua.passwords import Secrets
from motcua.processes import read_procfile
from motcua.stack import USER_OF

ROOT = Path(__file__).resolve().parents[2]
BROKER, DATABASE = "rabbitmq", "mongo"
USER_UNKNOWN, ROLE_UNKNOWN = 11, 31
"""MongoDB's codes for ``updateUser`` and ``updateRole`` of what is not there."""

OPERATOR = "ops"
"""Database user of the operator's commands, and name of its role: adds to the trail and reads it, and changes nothing."""


def write_secrets(directory: Path, root: Path = ROOT) -> list[str]:
    """Write passwords, keys and accounts of a stack in containers; what is there stays as it is.

    ``<service>.env`` holds what that service alone may know. ``secrets.json`` has every password once and is for the
    operator; ``broker.json`` and ``database.json`` are for the one-shot services that set them.

    Args:
        directory: made with mode 0700.
        root: the checkout: ``Procfile``, ``infra/``.

    Returns:
        names of the files.
    """
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    secrets = Secrets(directory / "secrets.json")
    plan = topology.load(root / "infra" / "rabbitmq" / "topology.yaml")
    office = root / "infra" / "office"
    members = plan.members(office)
    broker = secrets.all(plan.users(members))
    processes = list(read_procfile(root / "Procfile"))
    owners = sorted({USER_OF.get(process, process) for process in processes})
    database = {owner: secrets.get(f"database-{owner}") for owner in (*owners, OPERATOR)}

    def amqp(user: str) -> str:
        return f"amqp://{user}:{broker[user]}@{BROKER}:5672/{plan.vhost}"

    root_password = secrets.get("database-root")
    environments: dict[str, dict[str, str]] = {
        "rabbitmq": {"RABBITMQ_DEFAULT_USER": "operator", "RABBITMQ_DEFAULT_PASS": broker["operator"]},
        "topology": {"MOTCUA_RABBITMQ_API": f"http://operator:{broker['operator']}@{BROKER}:15672"},
        "mongo": {"MONGO_INITDB_ROOT_USERNAME": "root", "MONGO_INITDB_ROOT_PASSWORD": root_password},
        "users": {"MOTCUA_MONGODB_URI": _mongodb("root", root_password)},
        "department": {"DEPARTMENT_DESKS": ",".join(f"{c}={amqp(f'department-{c}')}" for c in members["department"])},
    }
    environments["operator"] = {
        "MOTCUA_AMQP_URI": amqp("operator"),
        "MOTCUA_MONGODB_URI": _mongodb(OPERATOR, database[OPERATOR]),
    }
    for process in processes:
        owner = USER_OF.get(process, process)
        uris = {"MOTCUA_AMQP_URI": amqp(owner), "MOTCUA_MONGODB_URI": _mongodb(owner, database[owner])}
        environments[process] = uris
    environments["intake"]["MOTCUA_TRACKING_KEY"] = secrets.hex("tracking-key")
    environments["intake"]["MOTCUA_SEARCH_KEY"] = secrets.hex("search-key")
    environments["intake"] |= statement_keys(secrets, members["ward"])
    for name, variables in environments.items():
        _write(directory / f"{name}.env", "".join(f"{key}={value}\n" for key, value in variables.items()), 0o600)

    # These are mounted into containers whose user is another than ours, so the folder's mode is what guards them.
    _write(directory / "broker.json", json.dumps(broker), 0o644)
    _write(directory / "database.json", json.dumps(database), 0o644)
    key_pair(directory / "keys").private.chmod(0o644)
    sample_accounts(directory / "accounts.json", secrets).chmod(0o644)
    return sorted(path.name for path in directory.iterdir())


def apply_users(uri: str, passwords: Mapping[str, str]) -> None:
    """Give each service a database user of its own that can read and write ``motcua_<service>`` and nothing else.

    The user of the operator's commands can add to the trail and read it: no update, no removal.

    Args:
        uri: the database, as an administrator.
        passwords: service to password; one that changed is changed.

    Raises:
        pymongo.errors.PyMongoError: the database is away or refuses.
    """
    with pymongo.MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=30_000) as client:
        for service, password in passwords.items():
            role: dict[str, Any] = {"role": "readWrite", "db": f"motcua_{service}"}
            if service == OPERATOR:
                trail = {"resource": {"db": TRAIL_DATABASE, "collection": TRAIL}, "actions": ["find", "insert"]}
                _put(client, "Role", OPERATOR, ROLE_UNKNOWN, privileges=[trail], roles=[])
                role = {"role": OPERATOR, "db": "admin"}
            _put(client, "User", service, USER_UNKNOWN, pwd=password, roles=[role])


def _put(client: pymongo.MongoClient[dict[str, Any]], kind: str, name: str, unknown: int, **wanted: Any) -> None:
    try:
        client.admin.command(f"update{kind}", name, **wanted)
    except OperationFailure as error:
        if error.code != unknown:
            raise
        client.admin.command(f"create{kind}", name, **wanted)


@click.command()
@click.option("--directory", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "var" / "compose")
def secrets_command(directory: Path) -> None:
    """Write what docker-compose.yml needs: passwords, keys, accounts. Made once; run again, it adds what is new."""
    names = write_secrets(directory)
    click.echo(f"{directory}: {', '.join(names)}")


@click.command()
@click.option("--passwords", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def users_command(passwords: Path) -> None:
    """Make the services' database users on the MongoDB that MOTCUA_MONGODB_URI names, as an administrator."""
    wanted: dict[str, str] = json.loads(passwords.read_text(encoding="utf-8"))
    apply_users(os.environ["MOTCUA_MONGODB_URI"], wanted)
    click.echo(f"applied: {len(wanted)} users")


def _mongodb(user: str, password: str) -> str:
    options = "authSource=admin&directConnection=true&w=majority&journal=true"
    return f"mongodb://{user}:{password}@{DATABASE}:27017/?{options}"


def _write(path: Path, text: str, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    path.chmod(mode)
