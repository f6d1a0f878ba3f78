"""Run as a script: ties the process to its parent, drops root where asked, and becomes the command.

    python tether.py PARENT_PID SIGNAL UID:GID|- COMMAND…

The kernel sends SIGNAL when the parent dies, even by kill -9, so a supervisor leaves no orphan. It is a program of
its own because code between fork and exec is not safe in a process with threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: str, number: str, user: str, *command: str) -> None:
    if user != "-":
        uid, gid = user.split(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    # After the change of user, which would clear it.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the parent is gone")
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
