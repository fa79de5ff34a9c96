"""The files and the environment of a private RabbitMQ node."""

from __future__ import annotations

import os
from pathlib import Path

from motcua.ports import Ports

_CONF = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {api}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {metrics}
# made at the very first start, in place of guest
default_user = operator
default_pass = {password}
default_vhost = motcua
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = info
log.file = false
"""

# idle schedulers sleep instead of spinning; the distribution port is for this machine alone
_ERLANG = "+S 2:2 +SDio 4 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"


def prepare(directory: Path, ports: Ports, password: str) -> dict[str, str]:
    """Write the node's configuration into ``directory`` and return the environment to start it with.

    Args:
        ports: ``amqp``, ``api``, ``metrics``, ``dist`` and ``epmd`` are used.
        password: of the administrator ``operator``.
    """
    named = {name: ports.get(name) for name in ("amqp", "api", "metrics", "dist", "epmd")}
    files = {
        "rabbitmq.conf": _CONF.format(password=password, **named),
        "enabled_plugins": "[rabbitmq_management,rabbitmq_prometheus].\n",
        "advanced.config": "[].\n",
        "env.conf": "",  # else /etc/rabbitmq/rabbitmq-env.conf would be read
    }
    (directory / "conf.d").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with open(os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(directory),  # the Erlang cookie is made here
        "ERL_EPMD_PORT": str(named["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP_BYTES": "0",
        "RABBITMQ_NODENAME": f"motcua-{named['amqp']}@localhost",
        "RABBITMQ_NODE_PORT": str(named["amqp"]),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(named["dist"]),
        "RABBITMQ_MNESIA_BASE": str(directory / "data"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONF_ENV_FILE": str(directory / "env.conf"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(directory / "conf.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        # the start script becomes the node instead of staying its parent: one process, one signal
        "RUNNING_UNDER_SYSTEMD": "true",
    }
