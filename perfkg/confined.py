"""What runs in a worker process before its work: the limits on what it may do and how long.

Only `processes.py` starts it. Where the system cannot limit memory, the limit on time is left.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_GRACE: Final = 5.0
"""Seconds after the deadline when a worker that nobody stopped stops itself."""
_WATCH: Final = 0.5


def main(module: str, arguments: list[str], descriptor: int, memory: int, parent: int) -> None:
    """Do the work of a module until it is done or the other end of the pipe is closed.

    Args:
        module: has a function `work(connection, *arguments)`.
        arguments: handed to it.
        descriptor: the inherited pipe.
        memory: bytes of address space that this process may use.
        parent: process id of the one that started it; the worker ends when that one does.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a stricter limit is set, or the system has none
            resource.setrlimit(kind, (most, most))
    with suppress(OSError):  # if memory runs out all the same, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    work = importlib.import_module(module).work
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        work(connection, *arguments)


def end_after(seconds: float) -> None:
    """Let this process end soon after so many seconds, unless `end_never` is called before."""
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)


def end_never() -> None:
    """Take back `end_after`."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(0)
