#!/bin/bash
# So many create_vm at once (N, 100) against a limit of RPS (50) calls per second, LATENCY (80) ms and PROVISION (60)
# seconds until a guest is ready: wall time, calls, and how many the API refused. In real time, so it takes a while;
# SPEED and LAG are slsim's. Figures drift, so they are printed, not asserted.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
N=${N:-100} RPS=${RPS:-50} LATENCY=${LATENCY:-80} PROVISION=${PROVISION:-60} SPEED=${SPEED:-1} LAG=${LAG:-0}
dir=$(mktemp -d)
trap 'rm -rf "$dir"; [ -z "${sim:-}" ] || kill "$sim"' EXIT

mkfifo "$dir/ready"
"$B/slsim" --rps "$RPS" --latency "$LATENCY" --provision "$PROVISION" --speed "$SPEED" --lag "$LAG" \
  --journal "$dir/journal" >"$dir/ready" &
sim=$!
url=$(sed -n '1s/.*"url":"\([^"]*\)".*/\1/p;1q' "$dir/ready")
cat >"$dir/cpi.json" <<END
{"cloud":{"properties":{"softlayer":{"username":"sim","api_key":"sim-api-key","api_endpoint":"$url"},
"agent":{"mbus":"nats://nats:nats-password@10.0.0.4:4222"}}},"engine":{"state_dir":"$dir/state","speed":$SPEED}}
END

request() {
  printf '{"method":"create_vm","api_version":2,"context":{"director_uuid":"bench"},"arguments":["agent-%d","380214",
    {"datacenter":"ams01","cpu":1,"memory":1024},{"default":{"type":"dynamic","default":["dns","gateway"]}},[],{}]}' "$1"
}

start=$(date +%s%N)
processes=()
for ((i = 1; i <= N; i++)); do
  request "$i" | "$B/slcpi" --config "$dir/cpi.json" --log-level warn >"$dir/answer.$i" 2>>"$dir/log" &
  processes+=($!)
done
wait "${processes[@]}"
end=$(date +%s%N)

failed=$(grep -L '"error": *null' "$dir"/answer.* | wc -l)
calls=$(wc -l <"$dir/journal")
refused=$(grep -c '"limited": *true' "$dir/journal" || true)
echo "$N create_vm, $RPS calls per second, $LATENCY ms, $PROVISION s of provisioning"
echo "$start $end $calls $N $refused $failed $SPEED" |
  awk '{ w = ($2 - $1) / 1e9; printf "wall %.1f s, %d calls (%.1f each, %.1f per second), %d refused, %d failed\n",
    w, $3, $3 / $4, $3 / w, $5, $6 }'
