#!/usr/bin/env bash
# Sees to it that the images of docker-compose.yml are there: those that the environment names, else the public ones, else
# stand-ins made of Debian's and PyPI's packages. Writes their names to var/engine/images.env.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
state=$root/var/engine
mkdir -p "$state"
: >"$state/images.env"

there() { docker image inspect "$1" >/dev/null 2>&1 || timeout "$2" docker pull -q "$1" >/dev/null 2>&1; }

# name of the variable, public name, seconds for a pull
public() {
    local wanted=${!1:-$2}
    there "$wanted" "$3" && { echo "$1: $wanted"; export "$1=$wanted"; return 0; }
    [ -z "${!1:-}" ] || { echo "$1 names $wanted, which cannot be had"; exit 1; }
    return 1
}

# Debian 12 with Python 3.11, as python:3.11-slim-bookworm has it, from the mirror that apt uses here.
make_python() {
    command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends debootstrap; }
    local tree mirror
    tree=$(mktemp -d "$state/python.XXXXXX")
    chmod 755 "$tree"
    trap 'rm -rf "$tree"' EXIT
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
    debootstrap --variant=minbase --include=ca-certificates bookworm "$tree" "$mirror" >"$state/debootstrap.log" 2>&1 \
        || { tail -n 20 "$state/debootstrap.log"; exit 1; }
    rm -f "$tree/etc/apt/sources.list"
    cp -a /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d "$tree/etc/apt/" 2>/dev/null || true
    cp -n /usr/share/keyrings/* "$tree/usr/share/keyrings/"
    cp -a /usr/local/share/ca-certificates "$tree/usr/local/share/"  # authorities that this machine trusts besides
    cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
    chmod 755 "$tree/usr/sbin/policy-rc.d"
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$tree/etc/pip.conf"
    inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$tree" "$@"; }
    inside update-ca-certificates >/dev/null
    inside apt-get update -qq
    inside apt-get install -y -qq --no-install-recommends python3 python3-pip python3-venv python-is-python3 >/dev/null
    inside apt-get clean
    rm -f "$tree"/usr/lib/python3.11/EXTERNALLY-MANAGED "$tree/etc/resolv.conf"
    tar -C "$tree" --numeric-owner --one-file-system -c . | docker import \
        --change 'CMD ["python3"]' --change 'ENV LANG=C.UTF-8' - "$1" >/dev/null
    rm -rf "$tree"
    trap - EXIT
}

stand_in() {
    local name=motcua-stand-in/$2
    if [ "$1" = PYTHON_IMAGE ]; then
        docker image inspect "$name" >/dev/null 2>&1 || make_python "$name"
    else  # its layers are kept; made anew when its folder changed
        docker build -q --network host --build-arg "PYTHON_IMAGE=$PYTHON_IMAGE" -t "$name" "$here/$3" >/dev/null
    fi
    echo "$1: $name, a stand-in"
    export "$1=$name"
}

export DOCKER_BUILDKIT=0  # the command beside Debian's engine has no buildx
public PYTHON_IMAGE python:3.11-slim-bookworm 120 || stand_in PYTHON_IMAGE python:3.11
public RABBITMQ_IMAGE rabbitmq:3.13-management 120 || stand_in RABBITMQ_IMAGE rabbitmq:3.10 rabbitmq
public MONGO_IMAGE mongo:7 180 || stand_in MONGO_IMAGE mongo:secantus mongo
for name in PYTHON_IMAGE RABBITMQ_IMAGE MONGO_IMAGE; do
    echo "export $name=${!name}" >>"$state/images.env"
done
