#!/usr/bin/env bash
# `make test`: every part, each one although another failed, with its result and time at the end. Two lanes run side by
# side, each with servers of its own; what a lane says is shown when it has ended.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
began=$SECONDS
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
part() {
    local from=$SECONDS result=passed
    make --no-print-directory "$1" || result=FAILED
    printf '%-20s %-7s %4d s\n' "$1" "$result" $((SECONDS - from)) >> "$told/results"
    [ "$result" = passed ]
}
lane() {
    for name in "$@"; do part "$name"; done > "$told/$1.log" 2>&1
}
# Without the virtual environment or the servers nothing else can run.
if part system; then
    part check
    lane test-component &
    lane test-architecture test-contract test-unit test-e2e
    cat "$told/test-architecture.log"
    wait
    cat "$told/test-component.log"
fi
echo
cat "$told/results"
failed=$(grep -c FAILED "$told/results")
printf '%-20s %-7s %4d s\n' "make test" "$([ "$failed" = 0 ] && echo passed || echo FAILED)" $((SECONDS - began))
[ "$failed" = 0 ]
