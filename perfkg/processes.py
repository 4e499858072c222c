"""Child processes for work that may hang, eat all memory or crash: the side that starts them.

They are plain processes that talk over a socket pair, not `multiprocessing.Process`: the latter
imports the parent's main module anew, which for the command line means all of perfkg, more than a
second for each worker that has to be replaced. What runs in them is in `confined`.
"""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, Protocol

START_TIMEOUT: Final = 30.0
"""Seconds a worker may take to start and to take up a request."""

_BOOT: Final = """
import importlib, json, sys
path, module, *arguments = json.loads(sys.argv[1])
sys.path[:] = path
importlib.import_module(module).main(*arguments)
"""


class Died(Exception):
    """The process ended while it worked."""


class NeverStarted(Exception):
    """The process ended before it took up the request, so the request is not to blame."""


class Late(Exception):
    """The process did not answer in time."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is started for.

    Attributes:
        module: the module whose `work(connection, *arguments)` it runs.
        arguments: handed to `work`.
        memory: bytes of address space that it may use (as far as the system can limit that).
    """

    module: str
    arguments: tuple[str, ...]
    memory: int


class Child(Protocol):
    """A process that can be ended; `subprocess.Popen` is one."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def kill(self) -> None:
        """End it, without waiting for that."""

    def poll(self) -> int | None:
        """Return None as long as it runs."""

    def wait(self) -> int:
        """Wait until it has ended."""


Starter = Callable[[Job, socket.socket], Child]
"""Starts a worker for a job, at one end of a pipe; raises OSError or Died if it cannot."""


def launch(module: str, *arguments: object, keep: int) -> subprocess.Popen[bytes]:
    """Run `main(*arguments)` of a module in a new interpreter that inherits a descriptor."""
    return subprocess.Popen(  # noqa: S603 (our own interpreter and code)
        [sys.executable, "-I", "-c", _BOOT, json.dumps([sys.path, module, *arguments])],
        pass_fds=[keep],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def fresh(job: Job, pipe: socket.socket) -> Child:
    """Start a worker in a new interpreter."""
    limits = pipe.fileno(), job.memory, os.getpid()
    return launch("perfkg.confined", job.module, job.arguments, *limits, keep=pipe.fileno())


class WorkerProcess:
    """One worker; for one user at a time.

    Args:
        module: the module whose `work(connection, *arguments)` it runs.
        memory: bytes of address space that it may use (as far as the system can limit that).
        arguments: handed to `work`.
        starter: how it comes to life.

    Raises:
        OSError, Died: it does not.
    """

    def __init__(self, module: str, *arguments: str, memory: int, starter: Starter = fresh) -> None:
        """Start it."""
        self.memory = memory
        self._owner = os.getpid()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = starter(Job(module, arguments, memory), theirs)
        except BaseException:
            ours.close()
            raise
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
        """End the process without waiting for that; whoever waits for its answer gets `Died`.

        At once, as ending may take seconds: a process gives back its memory before its pipes, and
        with a low priority that is slow. Not to be called while another thread may call `close`.
        """
        if self.is_ours:
            self._process.kill()
            with suppress(OSError), socket.socket(fileno=os.dup(self.fileno())) as pipe:
                pipe.shutdown(socket.SHUT_RDWR)

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
