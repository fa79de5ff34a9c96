"""The supervisor: children are started again, ended together, and never outlive their parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from motcua.processes import Supervisor, read_procfile

ROOT = Path(__file__).parents[3]
PYTHON = sys.executable
SLEEPER = [PYTHON, "-c", "import time; time.sleep(600)"]
DEAF = [
    PYTHON,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
ORDERLY = [
    PYTHON,
    "-c",
    "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(0)); print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path)
    yield made
    made.stop(grace=0.2)


def wait(condition, within=10.0):
    end = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)
    return found


def alive(pid):
    """Whether a process runs; one that is dead and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def has_logged(supervisor, name, text):
    return supervisor.log(name).exists() and text in supervisor.log(name).read_text()


def test_child_that_is_killed_is_started_again(supervisor):
    supervisor.start("a", SLEEPER, os.environ)
    first = supervisor.pid("a")

    supervisor.kill("a")

    second = wait(lambda: (pid := supervisor.pid("a")) and pid != first and pid)
    assert alive(second)
    assert supervisor.deaths("a") == [-signal.SIGKILL]


def test_workers_of_a_child_can_be_told_from_the_child(supervisor):
    supervisor.start("a", [PYTHON, "-c", f"import subprocess; subprocess.run({SLEEPER})"], os.environ)

    (worker,) = wait(lambda: supervisor.workers("a"))

    assert alive(worker)
    assert worker != supervisor.pid("a")
    os.kill(worker, signal.SIGKILL)
    wait(lambda: worker not in supervisor.workers("a"))


def test_child_that_keeps_dying_is_started_with_growing_delay(supervisor):
    supervisor.start(
        "a", [PYTHON, "-c", "import time; print(time.monotonic(), flush=True); raise SystemExit(3)"], os.environ
    )

    times = wait(lambda: len(found := supervisor.log("a").read_text().split()) >= 3 and [float(t) for t in found[:3]])

    first, second = times[1] - times[0], times[2] - times[1]
    assert first >= 0.5
    assert second >= 1.0
    assert set(supervisor.deaths("a")) == {3}


def test_stop_gives_all_the_chance_to_end_and_kills_the_rest(supervisor):
    supervisor.start("orderly", ORDERLY, os.environ)
    supervisor.start("deaf", DEAF, os.environ)
    wait(lambda: has_logged(supervisor, "orderly", "up") and has_logged(supervisor, "deaf", "deaf"))
    pids = [supervisor.pid("orderly"), supervisor.pid("deaf")]

    codes = supervisor.stop(grace=0.5)

    assert codes == {"orderly": 0, "deaf": -signal.SIGKILL}
    assert not any(alive(pid) for pid in pids)


def test_stop_starts_no_child_that_is_waiting_to_be_started_again(supervisor):
    supervisor.start("a", [PYTHON, "-c", "raise SystemExit(1)"], os.environ)
    wait(lambda: supervisor.deaths("a"))

    supervisor.stop(grace=0.5)

    assert supervisor.pid("a") is None


def test_what_a_child_started_ends_with_it(supervisor):
    script = (
        "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); import time; time.sleep(600)"
    )
    supervisor.start("a", [PYTHON, "-c", script], os.environ)
    grandchild = wait(lambda: supervisor.log("a").exists() and supervisor.log("a").read_text().strip())

    supervisor.stop(grace=1)

    wait(lambda: not alive(int(grandchild)))


def test_children_end_when_their_parent_is_killed(tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path; from motcua.processes import Supervisor\n"
        "supervisor = Supervisor(Path(sys.argv[1]))\n"
        "supervisor.start('a', ['sleep', '600'], os.environ)\n"
        "print(supervisor.pid('a'), flush=True); time.sleep(600)"
    )
    with subprocess.Popen([PYTHON, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        wait(lambda: Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"sleep"))

        parent.kill()

        wait(lambda: not alive(child))


def test_same_name_twice_is_refused(supervisor):
    supervisor.start("a", SLEEPER, os.environ)

    with pytest.raises(ValueError, match="already started"):
        supervisor.start("a", SLEEPER, os.environ)


def test_procfile_names_every_process_of_the_house():
    commands = read_procfile(ROOT / "Procfile")

    assert set(commands) == {"intake", "routing", "reception", "council", "notify", "projection", "gateway"}
    assert commands["intake"] == ["python", "-m", "chassis.run", "intake.service:IntakeService"]
    assert commands["gateway"][-1] == "gateway.app:create_app()"
