#!/bin/bash
# Writes the BOSH release build/release/softlayer-cpi-VERSION.tgz, or with COMPILED=1 a compiled one. The same tree gives
# the same bytes, whoever makes it, when and where. SOURCES=DIR holds the sources of others, if there is no network.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC
cd "$(dirname "$0")/.."
out=build/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out/sources"

die() { echo "make release: $*" >&2; exit 1; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
# The words of a list in a spec: list FILE KEY
list() { awk -v key="$2:" '/^[^ -]/ { on = $1 == key } on && $1 == "-" { print $2 }' "$1"; }

# --- the sources of others -----------------------------------------------------------------------
# From SOURCES, or from where apt has its packages: fetch FILE PATH SHA256
fetch() {
  local file=$1 path=$2 sum=$3 mirror
  if [ -f "$file" ] && [ "$(digest "$file")" = "$sum" ]; then return; fi
  if [ -n "${SOURCES:-}" ] && [ -f "$SOURCES/${file##*/}" ]; then
    [ "$(digest "$SOURCES/${file##*/}")" = "$sum" ] || die "$SOURCES/${file##*/} is not the one of release/sources"
    cp "$SOURCES/${file##*/}" "$file.$$"
    mv "$file.$$" "$file"
    return
  fi
  for mirror in $(apt-get indextargets --format '$(REPO_URI)' | sort -u); do
    /usr/lib/apt/apt-helper download-file "${mirror%/}/pool/main/$path" "$file.$$" "SHA256:$sum" >"$work/apt" 2>&1 || continue
    mv "$file.$$" "$file"
    return
  done
  cat "$work/apt" >&2
  die "${file##*/} is at none of apt's mirrors; a copy may be in a folder: SOURCES=DIR"
}

# A stemcell unpacks by gzip, which is all that it must have.
as_gzip() {
  case $1 in
    *.xz) xz -dc "$1" | gzip -n ;;
    *.bz2) bzip2 -dc "$1" | gzip -n ;;
    *) cat "$1" ;;
  esac
}

collect_blobs() {
  local name path sum file
  while read -r name path sum; do
    file=$out/sources/${path##*/}
    fetch "$file" "$path" "$sum"
    mkdir -p "$work/files/${name%/*}"
    as_gzip "$file" >"$work/files/$name"
  done < <(grep -v '^#' release/sources)
}

collect_src() {
  mkdir -p "$work/files/slcpi"
  find Makefile VERSION core lualib scripts -name '*.[ch]' -o -name '*.lua' -o -name Makefile -o -name VERSION \
    | xargs cp --parents -t "$work/files/slcpi"
}

# --- tarballs ------------------------------------------------------------------------------------
# Members like any other's, in the order of their names: pack FOLDER FILE
pack() {
  tar -C "$1" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rwX,go=rX -cf - . \
    | gzip -n >"$2"
}

# Of what the files hold, what they may and what they need: fingerprint FOLDER [DEPENDENCY…]
fingerprint() {
  local folder=$1; shift
  { (cd "$folder" && find . -type f -printf '%P\n' | sort | while read -r file; do
      echo "$(digest "$file") $([ -x "$file" ] && echo x || echo -) $file"
    done); printf '%s\n' "$@"; } | sha256sum | cut -d ' ' -f 1
}

# What release.MF says of a job's or a package's tarball: entry NAME FINGERPRINT FILE KEY WORD…
entry() {
  local name=$1 print=$2 file=$3 key=$4; shift 4
  printf -- '- name: %s\n  version: "%s"\n  fingerprint: "%s"\n  sha1: sha256:%s\n  %s:%s\n' \
    "$name" "$print" "$print" "$(digest "$file")" "$key" "$([ $# != 0 ] || echo ' []')"
  [ $# = 0 ] || printf -- '  - %s\n' "$@"
}

stage_package() {
  local name=$1 to=$work/packages/$1 globs glob
  mkdir -p "$to"
  shopt -s globstar nullglob
  mapfile -t globs < <(list "release/packages/$name/spec" files)
  for glob in "${globs[@]}"; do
    # shellcheck disable=SC2086
    (cd "$work/files" && find $glob -maxdepth 0 -type f -exec cp --parents -t "$to" {} +) || die "$name: there is no $glob"
  done
  cp "release/packages/$name/packaging" "$to"
}

# In the order in which they are compiled, each once.
package() {
  local name=$1 needs need
  [ ! -d "$work/packages/$name" ] || return 0
  mapfile -t needs < <(list "release/packages/$name/spec" dependencies)
  for need in "${needs[@]}"; do package "$need"; done
  stage_package "$name"
  pack "$work/packages/$name" "$work/release/packages/$name.tgz"
  entry "$name" "$(fingerprint "$work/packages/$name" "${needs[@]}")" "$work/release/packages/$name.tgz" \
    dependencies "${needs[@]}" >>"$work/packages.MF"
}

job() {
  local name=$1 folder=$work/jobs/$1 needs
  mkdir -p "$folder"
  cp "release/jobs/$name/spec" "$folder/job.MF"
  cp -R "release/jobs/$name"/{monit,templates} "$folder"
  mapfile -t needs < <(list "release/jobs/$name/spec" packages)
  pack "$folder" "$work/release/jobs/$name.tgz"
  entry "$name" "$(fingerprint "$folder" "${needs[@]}")" "$work/release/jobs/$name.tgz" \
    packages "${needs[@]}" >>"$work/jobs.MF"
}

# --- the release ---------------------------------------------------------------------------------
# Not that of a repository that this tree happens to lie in.
in_git() {
  [ "$(git -c safe.directory='*' rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ] && git -c safe.directory='*' "$@" 2>/dev/null
}

head_of() {
  printf -- '---\nname: %s\nversion: "%s"\n' "$(sed -n 's/^name: //p' release/config/final.yml)" "$(cat VERSION)"
  printf 'commit_hash: "%s"\n' "$(in_git rev-parse HEAD || echo non-git)"
  printf 'uncommitted_changes: %s\n' "$([ -z "$(in_git status --porcelain)" ] && echo false || echo true)"
}

# What is in `work/release` becomes a tarball: release_of FILE
release_of() {
  { head_of; echo jobs:; cat "$work/jobs.MF"; cat "$work/packages.MF"; } >"$work/release/release.MF"
  pack "$work/release" "$1.$$"
  mv "$1.$$" "$1"
  echo "$1"
}

# --- a compiled release --------------------------------------------------------------------------
# The packages again, as they are when compiled: with the stemcell for which that is, and what they needed to run.
compiled() {
  local stemcell=${STEMCELL:-$(. /etc/os-release && echo "$ID-$VERSION_CODENAME/0")} name print needs
  [ -n "${STEMCELL:-}" ] || echo "compiled for this system, $stemcell; a director wants the stemcell on which it was done: STEMCELL=ubuntu-jammy/1.785" >&2
  case $stemcell in ?*/?*) ;; *) die "STEMCELL is OS/VERSION, such as ubuntu-jammy/1.785" ;; esac
  release/compile.sh "$1" "$work/compiled"
  mv "$work/release/packages" "$work/release/compiled_packages"
  { echo compiled_packages:
    while read -r name print; do
      pack "$work/compiled/$name" "$work/release/compiled_packages/$name.tgz"
      mapfile -t needs < <(list "release/packages/$name/spec" dependencies)
      entry "$name" "$print" "$work/release/compiled_packages/$name.tgz" dependencies "${needs[@]}"
      printf '  stemcell: %s\n' "$stemcell"
    done < <(sed -n 's/^- name: //p; s/^  fingerprint: "\(.*\)"$/\1/p' "$work/packages.MF" | paste -d ' ' - -)
  } >"$work/compiled.MF"
  mv "$work/compiled.MF" "$work/packages.MF"
  release_of "${1%.tgz}-${stemcell/\//-}.tgz"
}

collect_blobs
collect_src
mkdir -p "$work/release"/{jobs,packages}
echo packages: >"$work/packages.MF"
for spec in release/packages/*/spec; do package "$(basename "${spec%/spec}")"; done
for spec in release/jobs/*/spec; do job "$(basename "${spec%/spec}")"; done
release_of "$out/softlayer-cpi-$(cat VERSION).tgz"
[ -z "${COMPILED:-}" ] || compiled "$out/softlayer-cpi-$(cat VERSION).tgz"
