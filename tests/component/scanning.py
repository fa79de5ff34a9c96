"""A virus scanner of the test's own: Debian's clamd with one signature where it is installed, else what speaks like it.

Run as a program it is the stand-in: ``python scanning.py PORT``.
"""

import os
import shutil
import socket
import socketserver
import struct
import sys
from pathlib import Path
from subprocess import Popen

from motcua import leash

#: The harmless test file of all virus scanners; written so that this file is not taken for one.
EICAR = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))
VIRUS = "Motcua.Test"
_CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")


class Scanner:
    """A scanner on a port of its own, which it keeps when it is stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, leash.free_port()
        self._process: Popen[bytes] | None = None
        self.address = f"clamd://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = self._folder / "scanner.log"
        self._process = leash.start(self._command(), log=log, env=dict(os.environ))

        def missing() -> str | None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return None
            except OSError as error:
                return str(error)

        leash.wait_until(missing, what="the scanner", process=self._process, log=log, deadline=30)

    def stop(self) -> None:
        if self._process is not None:
            leash.end(self._process, grace=5)
            self._process = None

    def _command(self) -> list[str]:
        if _CLAMD is None:
            return [sys.executable, __file__, str(self.port)]
        signatures = self._folder / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "test.ndb").write_text(f"{VIRUS}:0:*:{EICAR.hex()}\n")
        configuration = self._folder / "clamd.conf"
        configuration.write_text(
            f"DatabaseDirectory {signatures}\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\nForeground yes\n"
            "StreamMaxLength 100M\n"
        )
        return [_CLAMD, "--config-file", str(configuration)]


class _StandIn(socketserver.StreamRequestHandler):
    """Answers INSTREAM as clamd does."""

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            return
        body = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            body += self.rfile.read(length)
        self.wfile.write(f"stream: {VIRUS}.UNOFFICIAL FOUND\0".encode() if EICAR in body else b"stream: OK\0")


if __name__ == "__main__":
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), _StandIn) as server:
        server.serve_forever()
