#!/bin/bash
# Makes a directory a minimal Debian, from the mirror that apt uses here: chroot.sh DIR. The first one is
# kept in $B/chroot.tar, from which others are unpacked. Needs root and debootstrap.
set -eu
dir=$1
kept=${B:-build}/chroot.tar

mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1
}

mkdir -p "$dir" "$(dirname "$kept")"
exec 9>"$kept.lock"
flock 9
if [ ! -e "$kept" ]; then
  fresh=$(mktemp -d "$kept.XXXXXX")
  trap 'rm -rf "$fresh" "$kept.new"' EXIT
  chmod 755 "$fresh"
  # shellcheck disable=SC1091
  debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$fresh" "$(mirror)" >"$kept.log" 2>&1 \
    || { tail -n 20 "$kept.log" "$fresh/debootstrap/debootstrap.log" >&2; exit 1; }
  rm -rf "$fresh"/var/cache/apt/archives/*.deb
  tar -C "$fresh" --one-file-system -cf "$kept.new" . && mv "$kept.new" "$kept"
fi
tar -C "$dir" -xpf "$kept"
# How this machine reaches its mirror holds there, too.
cp /etc/resolv.conf /etc/hosts "$dir/etc/"
apt-config dump Acquire | grep -i proxy >"$dir/etc/apt/apt.conf.d/80proxy" || true
