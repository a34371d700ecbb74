#!/bin/bash
# A boot hook of slsim that makes machines: `slsim --boot-hook "tests/support/machine.sh PROGRAM [ARG]…"`.
# A guest is a network namespace named after its id. Its eth0 is on the bridge `private`, eth1 on `public`, with
# the MAC and IP addresses that SoftLayer gave it; the bridges' host is the router. PROGRAM runs in it with slsim's
# variables, and finds the metadata service at SLSIM_METADATA_URL. A reboot makes it anew, its end takes all away.
# For a network of the test's own only: see own_network.lua.
set -eu
id=$SLSIM_GUEST_ID here=/run/machines
[ -d $here ] || { echo "machine.sh: this is no network of a test's own" >&2; exit 1; }
log=$here/$id.$SLSIM_EVENT.log
exec 7>&2 2>"$log"

power_off() {
  local pids stopped= # all of them first, so that none sees another one's end
  trap "" TERM
  jobs -p | xargs -r kill
  while pids=$(ip netns pids "$id" | xargs) && [ -n "$pids" ]; do
    if [ "$pids" = "$stopped" ]; then kill -KILL $pids; else kill -STOP $pids; fi
    stopped=$pids
  done
  ip netns del "$id"
  ip neighbour flush all # its addresses may have another MAC address next
  rm -f "$here/$id.metadata"
}

# What went wrong is told, unless slsim ended: then whatever runs is told to end, too.
end() {
  local status=$?
  [ $status = 0 ] || [ $status = 143 ] || cat "$log" >&7
  power_off || true
}

# A machine holds a lock as long as it runs. Its process is told once to end.
take_over() {
  local holder told=
  exec 9>"$here/$id.lock"
  until flock -w 0.05 9; do
    holder=$(cat "$here/$id.pid" 2>/dev/null) || continue
    [ "$holder" = "$told" ] || kill "$holder" 2>/dev/null || true
    told=$holder
  done
  trap end EXIT
  power_off || true
  trap 'exit 0' TERM
  echo $$ >"$here/$id.pid"
}

# A hook that comes late must not bring back what is gone.
is_gone() { [ "$(cat "$here/$id.gone" 2>/dev/null)" = "$SLSIM_METADATA_URL" ]; }

take_over
[ "$SLSIM_EVENT" != delete ] || echo "$SLSIM_METADATA_URL" >"$here/$id.gone"
! is_gone || exit 0

authority=${SLSIM_METADATA_URL#*://} authority=${authority%%/*}
host=${authority%:*} port=${authority#*:}
ask() {
  exec 3<>"/dev/tcp/$host/$port"
  printf 'GET /%s/rest/v3.1/SoftLayer_Resource_Metadata/%s.json HTTP/1.0\r\n\r\n' "${SLSIM_METADATA_URL#*://*/}" "$1" >&3
  sed '1,/^\r$/d' <&3 | grep -oE '([0-9a-f]{2}:){5}[0-9a-f]{2}'
}

in_it() { exec ip netns exec "$id" "$@" 7>&- 9>&-; }

# connect NAME BRIDGE MAC IP NETMASK GATEWAY
connect() {
  ip link add "$2" type bridge || true
  ip link set "$2" up
  ip address replace "$6" dev "$2"
  ip link add "$1.$id" master "$2" type veth peer name "$1" netns "$id" address "$3"
  ip link set "$1.$id" up
  ip -n "$id" link set "$1" up
  ip -n "$id" address add "$4/$5" dev "$1"
}

ip netns add "$id"
ip -n "$id" link set lo up
connect eth0 private "$(ask getBackendMacAddresses)" "$SLSIM_PRIVATE_IP" "$SLSIM_PRIVATE_NETMASK" "$SLSIM_PRIVATE_GATEWAY"
ip route replace 10.0.0.0/8 dev private
if [ -n "$SLSIM_PUBLIC_IP" ]; then
  connect eth1 public "$(ask getFrontendMacAddresses)" "$SLSIM_PUBLIC_IP" "$SLSIM_PUBLIC_NETMASK" "$SLSIM_PUBLIC_GATEWAY"
  ip route replace default dev public
  for services in 10.0.0.0/8 161.26.0.0/16; do ip -n "$id" route add $services via "$SLSIM_PRIVATE_GATEWAY"; done
fi
ip -n "$id" route add default via "${SLSIM_PUBLIC_GATEWAY:-$SLSIM_PRIVATE_GATEWAY}"

socat "UNIX-LISTEN:$here/$id.metadata,fork" "TCP:$authority" 7>&- 9>&- &
until [ -S "$here/$id.metadata" ]; do sleep 0.01; done
in_it socat "TCP-LISTEN:$port,bind=$host,fork,reuseaddr" "UNIX-CONNECT:$here/$id.metadata" &
until (in_it bash -c "exec 3<>/dev/tcp/$host/$port"); do sleep 0.01; done

{ (in_it setsid "$@" 2>&7) || echo "machine $id: $1 ended with $?" >&7; } 9>&- &
while true; do # a signal that comes just before a wait does not end that one
  sleep 1 7>&- 9>&- &
  wait $!
done
