#!/bin/bash
# All tests: the cmocka programs in $B/unit, then every *_spec.lua by $B/slcpi-test; or those specs
# alone that are in the folders of the arguments. Prints what failed and closes with the line
# "N passed, N failed". Builds nothing; `make test` does.
set -u
cd "$(dirname "$0")/.." || exit 1
B=${B:-build}
export SLCPI_BUILD=$B CMOCKA_MESSAGE_OUTPUT=TAP
out=$(mktemp)
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0 started=$SECONDS

# Counts one program's TAP lines; one that ends badly without saying so has failed, too.
count() {
  local status=$1 name=$2 good bad skips
  skips=$(grep -c '^ok .*# SKIP' "$out")
  good=$(($(grep -c '^ok ' "$out") - skips))
  bad=$(grep -c '^not ok ' "$out")
  if [ "$bad" = 0 ] && { [ "$status" != 0 ] || ! grep -q '^1\.\.[0-9]' "$out"; }; then
    bad=1
    echo "not ok - $name ended with status $status"
    tail -n 20 "$out"
  elif [ "$bad" != 0 ]; then
    echo "$name:"
    awk '/^not ok/ { show = 1 } /^ok/ { show = 0 } show && !/^1\.\./' "$out"
  fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
}

for test in "$B"/unit/*_test; do
  [ $# = 0 ] && [ -x "$test" ] || continue
  timeout 300 "$test" >"$out" 2>&1 </dev/null
  count $? "$test"
done
[ $# != 0 ] || set -- tests examples
while read -r spec; do
  timeout 600 "$B/slcpi-test" tests/specs.lua -o TAP "$spec" >"$out" 2>&1 </dev/null
  count $? "$spec"
done < <(find "$@" -name '*_spec.lua' | LC_ALL=C sort)

echo "$((SECONDS - started)) s"
echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
