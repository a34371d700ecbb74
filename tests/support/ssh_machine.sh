#!/bin/bash
# A program for machine.sh: `ssh_machine.sh ROOTS` is a Debian in ROOTS/<guest>, with an SSH server that takes the keys
# that SoftLayer put on the guest.
set -eu
root=$1/$SLSIM_GUEST_ID
if [ ! -d "$root" ]; then
  mkdir -p "$root.new"
  tar -C "$root.new" -xpf "${B:-build}/ssh_root.tar"
  mkdir -m 700 "$root.new/root/.ssh"
  mkdir -p "$root.new/run/sshd"
  echo "$SLSIM_SSH_KEYS" >"$root.new/root/.ssh/authorized_keys"
  mv "$root.new" "$root"
fi
exec chroot "$root" /usr/sbin/sshd -D
