"""What runs in a template: a process that has imported a module and forks itself when asked.

A fork is ready some ten times sooner than a new interpreter, which would have to import everything
again. A template never starts a thread and does no work of its own: a lock that another thread
holds while it is forked would stay locked in the fork for ever. Only `forking.py` starts it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
from contextlib import suppress
from typing import Final, Never

from perfkg import confined

_WATCH: Final = 0.5
"""Seconds between two looks at who ended: forks, or the one that started this process."""
MOST: Final = 65_536
"""Bytes that a request may have."""


def main(module: str, descriptor: int, parent: int) -> None:
    """Fork for each request until the other end of the pipe is closed.

    A request is a packet with the arguments of the work and the bytes of address space, as JSON,
    and with the pipe of the new worker; the answer is a packet with its process id, and with a
    descriptor that stands for it.

    Args:
        module: has a function `work(connection, *arguments)`, which the forks run.
        descriptor: the inherited pipe, which keeps packets apart.
        parent: process id of the one that started it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes
    importlib.import_module(module)
    gc.collect()
    gc.freeze()  # else a collection in a fork would copy all of this
    with socket.socket(fileno=descriptor) as pipe:
        pipe.settimeout(_WATCH)
        while os.getppid() == parent:
            _bury()
            with suppress(TimeoutError):
                request, files, _, _ = socket.recv_fds(pipe, MOST, 1)
                if not request:
                    break
                _answer(pipe, module, request, files[0])
    _bury()


def _bury() -> None:
    """Let go of the forks that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(pipe: socket.socket, module: str, request: bytes, descriptor: int) -> None:
    owner = os.getpid()
    try:
        pid = os.fork()
        if not pid:
            pipe.close()
            _work(module, request, descriptor, owner)
    except OSError:  # too many processes, or no memory
        pipe.send(b"0")
        return
    finally:
        os.close(descriptor)
    # Nobody buried it yet, so this number is still its own.
    handle = os.pidfd_open(pid)
    socket.send_fds(pipe, [str(pid).encode()], [handle])
    os.close(handle)


def _work(module: str, request: bytes, descriptor: int, owner: int) -> Never:
    """Be a worker to the end of this process, whatever happens."""
    try:
        arguments, memory = json.loads(request)
        confined.main(module, arguments, descriptor, memory, owner)
        os._exit(0)
    finally:
        os._exit(1)
