#!/bin/bash
# Makes $B/ssh_root.tar, once: a minimal Debian with an SSH server, for ssh_machine.sh. Needs root and debootstrap.
set -eu
kept=${B:-build}/ssh_root.tar
exec 9>"$kept.lock"
flock 9
[ ! -e "$kept" ] || exit 0
fresh=$(mktemp -d)
trap 'rm -rf "$fresh" "$kept.new"' EXIT
"$(dirname "$0")/chroot.sh" "$fresh"
chroot "$fresh" sh -c "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install \
  openssh-server" >"$kept.log" 2>&1 || { tail -n 20 "$kept.log" >&2; exit 1; }
rm -rf "$fresh"/var/cache/apt/* "$fresh"/var/lib/apt/lists/* "$fresh"/usr/share/{doc,locale,man,zoneinfo}
tar -C "$fresh" --one-file-system -cf "$kept.new" .
mv "$kept.new" "$kept"
