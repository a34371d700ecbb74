"""A person at a terminal: runs a program under a pseudo-terminal and works through the steps on stdin, a JSON list of
["see", text], ["type", text], ["pause", seconds], ["resize", columns], ["kill", signal]. Prints {"screen": all that was written,
"status": exit status, "unseen": the text that did not come, or null, "seconds": [when each step was done]}."""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 20  # seconds that a text may take to come


class Terminal:
    def __init__(self, argv):
        self.written, self.seen, self.began = b"", 0, time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(argv[0], argv)
        self.resize(120)

    def resize(self, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def read(self, seconds):
        """Takes what is written within that time; False at its end."""
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            data = b""
        self.written += data
        return data != b""

    def see(self, text):
        end, wanted = time.monotonic() + LIMIT, text.encode()
        while True:
            at = self.written.find(wanted, self.seen)
            if at >= 0:
                self.seen = at + len(wanted)
                return True
            if time.monotonic() > end or not self.read(0.1):
                return False

    def pause(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(end - time.monotonic()):
            pass

    def type(self, text):
        os.write(self.fd, text.encode())

    def kill(self, number):
        os.kill(self.pid, number)

    def finish(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and self.read(0.1):
            pass
        os.close(self.fd)  # a program that still runs gets SIGHUP
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def main():
    terminal, unseen, seconds = Terminal(sys.argv[1:]), None, []
    for what, value in json.load(sys.stdin):
        if getattr(terminal, what)(value) is False:
            unseen = value
            terminal.kill(signal.SIGKILL)
            break
        seconds.append(time.monotonic() - terminal.began)
    status = terminal.finish()
    screen = terminal.written.decode(errors="replace")
    print(json.dumps({"screen": screen, "status": status, "unseen": unseen, "seconds": seconds}))


main()
