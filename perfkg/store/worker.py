"""What runs in a worker process: one query at a time, read-only, within limits.

The engine cannot cancel a query, ends the process when memory runs out and may overflow its
stack; here nothing of that hurts anybody. Only `workers.py` starts it.

A query runs in a thread, because priority belongs to threads: the service lowers that of a query
that takes long, and who lowered it may not raise it again. The next query then gets a new thread.
"""

from __future__ import annotations

import os
import pickle
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Never

from perfkg.confined import end_after, end_never
from perfkg.errors import PerfkgError
from perfkg.sparql.dataset import Dataset
from perfkg.store.answering import write_answer
from perfkg.store.base import QueryResult, Question, Told
from perfkg.store.snapshot import Newest
from perfkg.store.spool import Spool

_STACK: Final = 8 * 1024 * 1024
"""Bytes; what a main thread has, and what the limits of the fence were measured with."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A query whose result is wanted as objects."""

    text: str
    timeout: float
    max_rows: int | None
    prefixes: dict[str, str]
    dataset: Dataset | None = None
    base_iri: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """A query whose result is wanted as bytes, no more of them than `most_bytes`."""

    question: Question
    timeout: float
    most_bytes: int


Request = Fetch | Write


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker says: when it is ready, and after each request.

    Attributes:
        thread: the thread that will run the next query.
        found: the answer, if there is one; None when the worker has just started.
        in_file: whether the descriptor of a file follows.
    """

    thread: int
    found: QueryResult | Told | PerfkgError | None = None
    in_file: bool = False


def work(connection: Connection, folder: str) -> Never:
    """Answer requests on the store in a folder until the pipe is closed."""
    threading.stack_size(_STACK)
    newest = Newest(Path(folder))
    with suppress(PerfkgError):  # the query that comes will be told
        newest.snapshot()
    serving = _Serving(connection, newest)
    while True:
        thread = threading.Thread(target=serving.run, daemon=True)
        thread.start()
        thread.join()
        if serving.is_over:
            raise EOFError


class _Serving:
    """The work of one thread after the other; each says first what the one before had to say."""

    def __init__(self, connection: Connection, newest: Newest) -> None:
        self.is_over = False
        self._connection = connection
        self._newest = newest
        self._found: QueryResult | Told | PerfkgError | None = None
        self._file: int | None = None
        self._owes = True
        """Whether something is still to be told: at first that it is ready."""

    def run(self) -> None:
        """Answer requests until the pipe is closed or this thread has lost its priority."""
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        try:
            # The one before may have lost its priority after it told everything: told twice, an
            # answer would be taken for that to the next query.
            if self._owes:
                self._tell()
            while os.getpriority(os.PRIO_PROCESS, 0) == usual:
                self._serve(pickle.loads(self._connection.recv_bytes()))  # noqa: S301 - our own
                # Else the next thread tells, as its number must be known before the next query.
                if os.getpriority(os.PRIO_PROCESS, 0) == usual:
                    self._tell()
        except (EOFError, OSError):
            self.is_over = True
        except BaseException:
            # An engine that panicked cannot be trusted with another query.
            self.is_over = True
            raise

    def _serve(self, request: Request) -> None:
        end_after(request.timeout)
        self._found, self._owes = None, True
        try:
            if isinstance(request, Write):
                self._write(request)
            else:
                self._fetch(request)
        except PerfkgError as error:
            self._found = error
        end_never()

    def _fetch(self, request: Fetch) -> None:
        self._found = self._newest.snapshot().query(
            request.text,
            max_rows=request.max_rows,
            prefixes=request.prefixes,
            dataset=request.dataset,
            base_iri=request.base_iri,
        )

    def _write(self, request: Write) -> None:
        snapshot, out = self._newest.snapshot(), Spool(request.most_bytes)
        rows, truncated = write_answer(snapshot.database, request.question, out)
        body, self._file = out.finish()
        self._found = Told(snapshot.generation.number, rows, truncated, out.size, body)

    def _tell(self) -> None:
        thread, file = threading.get_native_id(), self._file
        self._owes = False  # once for each request, even if the priority falls just now
        reply = Reply(thread, self._found, file is not None)
        self._connection.send_bytes(pickle.dumps(reply, pickle.HIGHEST_PROTOCOL))
        if file is not None:
            self._file = None
            with socket.socket(fileno=os.dup(self._connection.fileno())) as pipe:
                socket.send_fds(pipe, [b"\0"], [file])
            os.close(file)
