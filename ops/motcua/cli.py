"""The command ``motcua``; each group is imported when it is called, so that none loads the others' world."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

COMMANDS = {
    "audit": ("motcua.audit.command:group", "Read and check the operators' trail."),
    "compose-secrets": (
        "motcua.compose:secrets_command",
        "Write the passwords and keys that docker-compose.yml needs.",
    ),
    "compose-users": ("motcua.compose:users_command", "Make the services' users on a MongoDB."),
    "demo": ("motcua.demo.command:demo", "Play a day at the office, check that it balances, stay up."),
    "parked": (
        "motcua.parked.command:group",
        "Look at parked messages, put them back, or discard them with a reason.",
    ),
    "procedures": ("motcua.procedures:group", "Check a workbook of procedures, or export the office's own."),
    "run": ("motcua.demo.command:run", "Run the system on this machine and keep its data."),
    "topology": ("motcua.topology.command:group", "Render, apply and check the broker's topology."),
}
"""Name to ``module:object`` and the line that ``--help`` shows."""


class Lazy(click.Group):
    """A group whose commands are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=Lazy)
def group() -> None:
    """Operate Một Cửa."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    group.main(args=arguments, prog_name="motcua")


if __name__ == "__main__":
    main()
