"""Ports of one directory: chosen once and the same after a restart, since clients know them."""

from __future__ import annotations

from pathlib import Path

from motcua.leash import free_port


class Ports:
    """Named ports in a text file.

    Args:
        path: one ``name port`` a line; made when missing.
        given: ports that somebody decided; they replace what the file says.
    """

    def __init__(self, path: Path, **given: int | None) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._ports = {name: int(port) for name, port in (line.split() for line in lines)}
        self._ports |= {name: port for name, port in given.items() if port is not None}

    def get(self, name: str) -> int:
        """Return the port of that name; a free one at the first time."""
        if name not in self._ports:
            self._ports[name] = free_port()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("".join(f"{name} {port}\n" for name, port in self._ports.items()), encoding="utf-8")
        return self._ports[name]
