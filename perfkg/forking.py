"""Workers that are forked from a template: the side that asks for them.

The template is a child process that has imported what the workers need, `forked` says why. A
worker that it forks is its child and not ours, so that we hold it by a descriptor (a pidfd), which
never stands for another process as a number might.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from typing import Final

from perfkg.processes import START_TIMEOUT, Child, Died, Job, launch

_LEISURE: Final = 2.0
"""Seconds that a template may take to end by itself."""
_KINDS: Final = socket.AF_UNIX, getattr(socket, "SOCK_SEQPACKET", socket.SOCK_STREAM)


def is_possible() -> bool:
    """Whether this system can: Linux since 5.3, unless it is forbidden there."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


class Template:
    """Forks workers of one module; thread-safe.

    Args:
        module: what the template imports, and what the workers run.
    """

    def __init__(self, module: str) -> None:
        """Start nothing yet."""
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: socket.socket | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the template, if it runs."""
        return None if self._process is None else self._process.pid

    def __call__(self, job: Job, pipe: socket.socket) -> Child:
        """Fork a worker for a job, at the other end of `pipe`.

        Raises:
            Died: that is not possible, as the template ended or processes or memory are short.
        """
        with self._lock:
            try:
                return self._fork(job, pipe)
            except OSError:  # it was killed, by a shortage of memory perhaps
                self._end()
            try:
                return self._fork(job, pipe)
            except OSError as error:
                self._end()
                raise Died from error

    def close(self) -> None:
        """End the template; its workers end by themselves unless they are ended before."""
        with self._lock:
            self._is_closed = True
            self._end()

    def _fork(self, job: Job, pipe: socket.socket) -> Child:
        request = json.dumps([job.arguments, job.memory]).encode()
        control = self._started()
        socket.send_fds(control, [request], [pipe.fileno()])
        said, files, _, _ = socket.recv_fds(control, 64, 1)
        if not said:
            raise ConnectionResetError
        if not files:
            raise Died
        return _Forked(int(said), files[0])

    def _started(self) -> socket.socket:
        if self._is_closed:
            raise Died
        if self._pipe is None:
            ours, theirs = socket.socketpair(*_KINDS)
            with theirs:
                start = ("perfkg.forked", self._module, theirs.fileno(), os.getpid())
                self._process = launch(*start, keep=theirs.fileno())
            ours.settimeout(START_TIMEOUT)
            self._pipe = ours
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                # Left to itself, it buries those of its workers that have ended.
                self._process.wait(_LEISURE)
            self._process.kill()
            self._process.wait()
        self._pipe = self._process = None


class _Forked:
    """A process that another one forked, to be used like a child of our own."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle
        # At exit the system closes it, after the pool that still needs it to end its workers.
        weakref.finalize(self, os.close, handle).atexit = False

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def poll(self) -> int | None:
        return 0 if self._is_over(0) else None

    def wait(self) -> int:
        self._is_over(None)
        return 0

    def _is_over(self, milliseconds: int | None) -> bool:
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        return bool(poll.poll(milliseconds))
