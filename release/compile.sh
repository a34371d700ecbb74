#!/bin/bash
# compile.sh RELEASE.tgz FOLDER: runs a release's packaging scripts as bosh create-env does, each in a folder of its own
# with nothing but its dependencies, and leaves the packages below FOLDER. What was compiled once is kept in
# build/release/compiled.
set -euo pipefail
umask 022
release=$(realpath "$1")
mkdir -p "$2"
to=$(realpath "$2")
cd "$(dirname "$0")/.."
kept=$PWD/build/release/compiled
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$kept" "$work/release" "$work/keys"
tar -xzf "$release" -C "$work/release"

# Prints each package's name, fingerprint and dependencies in a line; release.MF has them in the order of compiling.
packages() {
  awk '$1 == "packages:" && /^p/ { on = 1 } !on { next }
    $2 == "name:" { if (line) print line; line = $3 } $1 == "fingerprint:" { gsub("\"", ""); line = line " " $2 }
    /^  - / { line = line " " $2 } END { print line }' "$work/release/release.MF"
}

unpack() { mkdir -p "$2"; tar -xzf "$1" -C "$2"; }
kept_file() { echo "$kept/$1-$(cat "$work/keys/$1").tgz"; }

# compile NAME DEPENDENCY…
compile() {
  local name=$1 source=$work/source/$1 needs=$work/packages-of/$1 need; shift
  for need in "$@"; do unpack "$(kept_file "$need")" "$needs/$need"; done
  unpack "$work/release/packages/$name.tgz" "$source"
  mkdir -p "$needs/$name"
  if ! (cd "$source" && env -i PATH=/usr/bin:/bin HOME=/nonexistent BOSH_PACKAGES_DIR="$needs" BOSH_PACKAGE_NAME="$name" \
      BOSH_COMPILE_TARGET="$source" BOSH_INSTALL_TARGET="$needs/$name" bash -x packaging) >"$work/log" 2>&1; then
    tail -n 40 "$work/log" >&2
    echo "compile.sh: the package $name does not compile" >&2
    exit 1
  fi
  tar -C "$needs/$name" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - . | gzip -n >"$(kept_file "$name").$$"
  mv "$(kept_file "$name").$$" "$(kept_file "$name")"
}

while read -r name print needs; do
  # What it was compiled with counts, too.
  { echo "$print"; for need in $needs; do cat "$work/keys/$need"; done; } | sha256sum | cut -c 1-40 >"$work/keys/$name"
  # shellcheck disable=SC2086
  [ -f "$(kept_file "$name")" ] || compile "$name" $needs
  unpack "$(kept_file "$name")" "$to/$name"
done < <(packages)
