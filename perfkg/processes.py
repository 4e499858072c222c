"""Child processes for work that may hang, eat all memory or crash: the side that starts them.

They are plain child processes that talk over a socket pair, not `multiprocessing.Process`: the
latter imports the parent's main module anew, which for the command line means all of perfkg,
more than a second for each worker that has to be replaced. What runs in them is in `confined`.
"""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from typing import Final

START_TIMEOUT: Final = 30.0
"""Seconds a worker may take to start and to take up a request."""

_BOOT: Final = """
import json, sys
path, *arguments = json.loads(sys.argv[1])
sys.path[:] = path
from perfkg.confined import main
main(*arguments)
"""


class Died(Exception):
    """The process ended while it worked."""


class NeverStarted(Exception):
    """The process ended before it took up the request, so the request is not to blame."""


class Late(Exception):
    """The process did not answer in time."""


class WorkerProcess:
    """One child process; for one user at a time.

    Args:
        module: the module whose `work(connection, *arguments)` it runs.
        memory: bytes of address space that it may use (as far as the system can limit that).
        arguments: handed to `work`.
    """

    def __init__(self, module: str, *arguments: str, memory: int) -> None:
        """Start it."""
        self.memory = memory
        self._owner = os.getpid()
        ours, theirs = socket.socketpair()
        with theirs:
            start = [sys.path, module, arguments, theirs.fileno(), memory, self._owner]
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and code)
                [sys.executable, "-I", "-c", _BOOT, json.dumps(start)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._connection = Connection(ours.detach())

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_ours(self) -> bool:
        """Whether this process started it, and not one that this process was forked from."""
        return self._owner == os.getpid()

    def begin(self, request: object) -> object:
        """Send a request and return the first word about it.

        Raises:
            NeverStarted: the process ended before it said anything.
            Late: it said nothing within `START_TIMEOUT`.
        """
        try:
            self._connection.send(request)
            return self.receive(START_TIMEOUT)
        except (Died, OSError) as error:
            raise NeverStarted from error

    def fileno(self) -> int:
        """Return the descriptor to wait on until it has something to say."""
        return self._connection.fileno()

    def send(self, request: object) -> None:
        """Send a request.

        Raises:
            Died: it ended.
        """
        try:
            self._connection.send_bytes(pickle.dumps(request, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise Died from error

    def receive_file(self) -> int:
        """Return the descriptor of the file that it sends next, for the caller to close.

        Raises:
            Died: it ended.
        """
        try:
            with socket.socket(fileno=os.dup(self._connection.fileno())) as pipe:
                _, files, _, _ = socket.recv_fds(pipe, 1, 1)
        except OSError as error:
            raise Died from error
        if not files:
            raise Died
        return files[0]

    def receive(self, timeout: float | None) -> object:
        """Return what it says next.

        Raises:
            Died: it ended.
            Late: it said nothing for `timeout` seconds.
        """
        try:
            if timeout is not None and not self._connection.poll(timeout):
                raise Late
            found: object = pickle.loads(self._connection.recv_bytes())  # noqa: S301 - our own
        except (EOFError, OSError) as error:
            raise Died from error
        return found

    def stop(self) -> None:
        """End the process without waiting for that; whoever waits for its answer gets `Died`."""
        if self.is_ours:
            self._process.kill()

    def is_gone(self) -> bool:
        """Whether it has ended, and no trace is left of it; ending may take a while."""
        return not self.is_ours or self._process.poll() is not None

    def close(self) -> None:
        """Let go of the pipe; only for the one who holds the worker."""
        self._connection.close()

    def kill(self) -> None:
        """End the process, whatever it does; whoever is waiting for its answer gets `Died`."""
        if self.is_ours:
            self._process.kill()
            self._process.wait()

    def discard(self) -> None:
        """End the process and let go of the pipe; only for the one who holds the worker."""
        self.kill()
        self.close()
