"""How gunicorn runs the gateway: threads, few workers, nothing opened before the fork."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

bind = [os.environ.get("MOTCUA_HTTP_BIND", "127.0.0.1:8080")]
if int(os.environ.get("MOTCUA_PROBE_PORT", "0")):
    bind.append(f"{os.environ.get('MOTCUA_PROBE_HOST', '127.0.0.1')}:{os.environ['MOTCUA_PROBE_PORT']}")
worker_class = "gateway.worker.Worker"
workers = int(os.environ.get("MOTCUA_HTTP_WORKERS", "1"))
threads = int(os.environ.get("MOTCUA_HTTP_THREADS", "16"))
graceful_timeout = 8
timeout = 30
keepalive = 5
sendfile = False  # it would wait without end for a client that does not read
# connections must not cross a fork: each worker builds the application, and so its own connections, itself
preload_app = False
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeat file, not data
# the application writes its own line per request; gunicorn's would hold the secret of a tracking link
accesslog = None
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

_made_here: str | None = None
if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _made_here = tempfile.mkdtemp(prefix="motcua-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _made_here


def child_exit(server: Any, worker: Any) -> None:
    """Let the metrics of a worker that ended be counted no more as live."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        # not at the top: the library looks for the folder when it is imported, and it is made above
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Leave no measurement files behind."""
    if _made_here:
        shutil.rmtree(_made_here, ignore_errors=True)
