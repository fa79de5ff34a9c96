"""A private embedded database: SecantusDB as a process of its own, one directory, 127.0.0.1 only.

For one machine, the demo and the tests; production is MongoDB (docs/decisions/0004). Its licence (GPL-2.0) is why it is
started, never imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pymongo
from pymongo.errors import PyMongoError

from motcua import leash
from motcua.ports import Ports

SERVER = Path(sys.executable).parent / "secantusd-py"


class PrivateDatabase(leash.Server):
    """One database server; started again on the same directory it has its data and port again.

    Attributes:
        uri: MongoDB URI that asks for majority and journal.
    """

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory.resolve()
        self.log = self.directory / "database.log"
        self.port = Ports(self.directory / "ports", database=port).get("database")
        # Without retryable writes: this server goes through all that it remembers of them at each write (measured in
        # docs/decisions/0004-embedded-database.md), and every write of ours may be repeated by the chassis anyway.
        options = "directConnection=true&w=majority&journal=true&retryWrites=false&serverMonitoringMode=poll"
        self.uri = f"mongodb://127.0.0.1:{self.port}/?{options}"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server, None while it does not run."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        """Start the server; :meth:`wait_ready` says when it can be used.

        Raises:
            FileNotFoundError: the package SecantusDB is not installed beside this Python.
        """
        if self.pid is not None:
            return
        if not SERVER.exists():
            raise FileNotFoundError(f"{SERVER} is missing: install the package SecantusDB")
        command = [str(SERVER), "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--storage-path", str(self.directory / "data")]
        command += ["--sync-on-commit"]  # without it kill -9 loses acknowledged writes
        self.directory.mkdir(parents=True, exist_ok=True)
        # HOME: a configuration file of the user must not change what is started here
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.directory), "LANG": "C.UTF-8"}
        self._server = leash.start(command, log=self.log, env=environment, cwd=self.directory)

    def wait_ready(self, deadline: float = 30) -> None:
        """Wait until the server answers.

        Raises:
            motcua.leash.NotReady: not in time; the text has the log's end.
        """
        leash.wait_until(self._missing, what="the database", process=self._server, log=self.log, deadline=deadline)

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self._server is not None:
            leash.kill(self._server)

    def stop(self) -> None:
        """Shut the server down in order."""
        if self._server is not None:
            leash.end(self._server, grace=10)

    def _missing(self) -> str | None:
        client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(self.uri, serverSelectionTimeoutMS=500)
        try:
            client.admin.command("ping")
        except PyMongoError as error:
            return str(error)
        finally:
            client.close()
        return None
