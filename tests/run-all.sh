#!/usr/bin/env bash
# `make test`: every part in turn, each one although another failed, with its result and time at the end.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
failed=0
began=$SECONDS
part() {
    local from=$SECONDS
    if make --no-print-directory "$1"; then result=passed; else result=FAILED; failed=1; fi
    results+=("$(printf '%-20s %-7s %4d s' "$1" "$result" $((SECONDS - from)))")
    [ "$result" = passed ]
}
results=()
# Without the virtual environment or the servers nothing else can run.
if part system; then
    for name in check test-architecture test-unit test-contract test-component test-e2e; do part "$name"; done
fi
echo
printf '%s\n' "${results[@]}"
printf '%-20s %-7s %4d s\n' "make test" "$([ $failed = 0 ] && echo passed || echo FAILED)" $((SECONDS - began))
exit $failed
