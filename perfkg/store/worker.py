"""What runs in a worker process: one query at a time, read-only, within limits.

The engine cannot cancel a query, ends the process when memory runs out and may overflow its
stack; here nothing of that hurts anybody. Only `workers.py` starts it.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from perfkg.errors import PerfkgError
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import QueryResult
from perfkg.store.snapshot import Newest

_GRACE: Final = 5.0
"""Seconds after the deadline when a worker that nobody stopped stops itself."""
_WATCH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Request:
    """A query for a worker."""

    text: str
    timeout: float
    max_rows: int | None
    prefixes: dict[str, str]
    dataset: Dataset | None = None
    base_iri: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The worker has opened the current generation and begins to work on the query."""


Answer = QueryResult | PerfkgError


def main(descriptor: int, folder: str, memory: int, parent: int) -> None:
    """Answer requests until the other end of the pipe is closed.

    Args:
        descriptor: the inherited pipe.
        folder: the folder of the store.
        memory: bytes of address space that this process may use.
        parent: process id of the one that started it; the worker ends when that one does.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    newest = Newest(Path(folder))
    with Connection(descriptor) as connection:
        try:
            while True:
                _serve(connection, newest)
        except (EOFError, OSError):
            return


def _serve(connection: Connection, newest: Newest) -> None:
    request: Request = connection.recv()
    try:
        snapshot = newest.snapshot()
        connection.send(Started())
        signal.setitimer(signal.ITIMER_REAL, request.timeout + _GRACE)
        answer: Answer = snapshot.query(
            request.text,
            max_rows=request.max_rows,
            prefixes=request.prefixes,
            dataset=request.dataset,
            base_iri=request.base_iri,
        )
    except PerfkgError as error:
        answer = error
    connection.send(answer)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(0)
