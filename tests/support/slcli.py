"""Runs slcli commands, one a line of standard input, in one process: importing it takes a second each time.

After each command's output comes a line with a zero byte and the exit status.
"""
import contextlib
import io
import shlex
import sys

from SoftLayer.CLI import core

for line in sys.stdin:
    out = io.StringIO()
    sys.argv = ["slcli"] + shlex.split(line)
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            core.main()
        except SystemExit as end:
            status = end.code or 0
    sys.stdout.write(out.getvalue() + "\n\0%s\n" % status)
    sys.stdout.flush()
