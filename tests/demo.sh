#!/bin/bash
# The whole life of a virtual machine and two disks, from `info` to an empty account, against the simulator.
# DEMO_SPEED says how many times faster than real time it runs, DEMO_VIA which way it takes to the API:
# any of tls (a private authority), proxy (one that needs a password), iam (tokens for an IAM key).
cd "$(dirname "$0")/.." || exit 1
export SLCPI_BUILD=${B:-build} DEMO_SPEED=${DEMO_SPEED:-120}
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] && export DEMO_COLOUR=1
exec "$SLCPI_BUILD/slcpi-test" tests/support/demo.lua
