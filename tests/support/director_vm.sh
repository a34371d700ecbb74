#!/bin/bash
# director_vm.sh JOB PACKAGES COMMAND…: what COMMAND sees is a director's VM: JOB and PACKAGES below /var/vcap where an
# agent puts them, links to folders with digests in their names, and the user vcap. As root, in a mount namespace.
set -e
if [ -z "${IN_NAMESPACE:-}" ]; then IN_NAMESPACE=1 exec unshare --mount "$0" "$@"; fi
job=$(realpath "$1") packages=$(realpath "$2")
shift 2

users=$(mktemp -d)
cp /etc/passwd /etc/group "$users"
echo vcap:x:9742:9742::/home/vcap:/bin/bash >>"$users/passwd"
echo vcap:x:9742: >>"$users/group"
mount --bind "$users/passwd" /etc/passwd
mount --bind "$users/group" /etc/group
mount -t tmpfs -o mode=755 none /var

mkdir -p /var/vcap/{jobs,packages,store,data/packages/slcpi,data/jobs/softlayer_cpi,sys/log}
cp -R "$packages/slcpi" /var/vcap/data/packages/slcpi/2d528c3a
cp -R "$job" /var/vcap/data/jobs/softlayer_cpi/43b24de8
ln -s ../data/packages/slcpi/2d528c3a /var/vcap/packages/slcpi
ln -s ../data/jobs/softlayer_cpi/43b24de8 /var/vcap/jobs/softlayer_cpi
chown -R root:vcap /var/vcap/data/jobs
chmod -R u=rwX,g=rX,o= /var/vcap/data/jobs/softlayer_cpi/43b24de8/config
rm -r "$users"
unset IN_NAMESPACE
"$@"
