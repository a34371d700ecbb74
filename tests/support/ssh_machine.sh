#!/bin/bash
# A program for machine.sh: `ssh_machine.sh ROOTS` is a machine in ROOTS/<guest>, with an SSH server that takes the keys
# that SoftLayer put on the guest. It is what the guest was made of: the captured machine, or else a Debian.
set -eu
root=$1/$SLSIM_GUEST_ID
if [ ! -d "$root" ]; then
  mkdir -p "$root.new"
  if [ -n "$SLSIM_IMAGE_GUEST" ]; then
    cp -a "$1/$SLSIM_IMAGE_GUEST/." "$root.new"
  else
    tar -C "$root.new" -xpf "${B:-build}/ssh_root.tar"
  fi
  mkdir -p -m 700 "$root.new/root/.ssh"
  mkdir -p "$root.new/run/sshd"
  echo "$SLSIM_SSH_KEYS" >"$root.new/root/.ssh/authorized_keys"
  mv "$root.new" "$root"
fi
chroot "$root" ssh-keygen -A >/dev/null # as ssh-host-keys.service does
exec chroot "$root" /usr/sbin/sshd -D
