#!/bin/bash
# Speed and memory of one request, as ratios to the floor that this machine has at this moment: the
# start of `true`. Nothing here is a test: figures drift, so they are printed, not asserted.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
RUNS=${RUNS:-200}
dir=$(mktemp -d)
trap 'rm -rf "$dir"; [ -z "${sim:-}" ] || kill "$sim"' EXIT

now() { date +%s%N; }

# Milliseconds per run of a command.
per_run() {
  local start=$(now) i
  for ((i = 0; i < RUNS; i++)); do "$@" >/dev/null 2>&1; done
  echo "$(now) $start $RUNS" | awk '{ printf "%.2f", ($1 - $2) / $3 / 1e6 }'
}

row() { echo "$1 $2 $floor" | awk '{ printf "%-34s %7.2f ms  %5.1f x true\n", $1, $2, $2 / $3 }' | tr _ ' '; }

echo '{"method":"info","arguments":[],"context":{}}' >"$dir/info"
info() { "$B/slcpi" <"$dir/info"; }
has_vm() { "$B/slcpi" --config "$dir/cpi.json" --log-level off <"$dir/has_vm"; }

mkfifo "$dir/ready"
"$B/slsim" --rps 0 >"$dir/ready" &
sim=$!
url=$(sed -n '1s/.*"url":"\([^"]*\)".*/\1/p;1q' "$dir/ready")
printf '{"cloud":{"properties":{"softlayer":{"username":"sim","api_key":"sim-api-key","api_endpoint":"%s"},"agent":{}}},"engine":{"state_dir":"%s"}}' \
  "$url" "$dir/state" >"$dir/cpi.json"
echo '{"method":"has_vm","arguments":["1"],"context":{}}' >"$dir/has_vm"

floor=$(per_run /bin/true)
row "start_of_true" "$floor"
row "info" "$(per_run info)"
row "has_vm,_plain_http,_2_calls" "$(per_run has_vm)"
# To the prompt, under a pseudo-terminal that leaves at once; the start of Python is not part of it.
prompt=$(for _ in $(seq 20); do
  echo '[["see", "read>"], ["type", ":quit\r"]]' |
    HOME="$dir" TERM=xterm python3 tests/support/terminal.py "$B/slcpi" repl --config "$dir/cpi.json" |
    sed 's/.*"seconds": \[\([0-9.]*\).*/\1/'
done | sort -n | sed -n 10p | awk '{ printf "%.2f", $1 * 1000 }')
row "repl,_to_the_prompt" "$prompt"
strip -o "$dir/slcpi" "$B/slcpi"
size=$(stat -c %s "$dir/slcpi")
echo "size of slcpi with its scripts, as installed: $((size / 1024)) KiB"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f '%M' "$B/slcpi" <"$dir/info" 2>&1 >/dev/null | tail -1 | awk '{ printf "memory of info: %.1f MiB\n", $1 / 1024 }'
fi
