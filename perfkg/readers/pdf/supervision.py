"""Having a PDF read by a process of its own, which is killed when it takes too long.

The process is kept for the next document: starting one takes longer than most files. One that
crashed, ran out of memory or was killed is replaced, and reading goes on after the page it was at.
"""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from perfkg.errors import DocumentError
from perfkg.processes import Died, Late, NeverStarted, WorkerProcess
from perfkg.readers.limits import Limits
from perfkg.readers.pdf.events import Ended, Job, Opened, PageRead
from perfkg.readers.pdf.troubles import cannot_start, too_much

_MODULE: Final = "perfkg.readers.pdf.worker"

_STEP_SHARE: Final = 1 / 6
"""Share of the time for a document that opening it, or one page, may take."""


class _Idle:
    """The processes that wait for a document; thread-safe."""

    def __init__(self) -> None:
        self._workers: list[WorkerProcess] = []
        self._lock = threading.Lock()
        self._finalizer = weakref.finalize(self, _discard_all, self._workers)

    def take(self, memory: int) -> WorkerProcess | None:
        """Take one that may use so much memory, if there is one; others are ended."""
        while True:
            with self._lock:
                worker = self._workers.pop() if self._workers else None
            if worker is None or (worker.is_ours and worker.memory == memory):
                return worker
            worker.discard()

    def put(self, worker: WorkerProcess) -> None:
        """Put one back."""
        with self._lock:
            self._workers.append(worker)


def _discard_all(workers: list[WorkerProcess]) -> None:
    while workers:
        workers.pop().discard()


_idle: Final = _Idle()
"""Those of this process, for all its threads, as a file is read by a plain function call."""


def events_of(data: bytes, name: str, limits: Limits) -> Iterator[Opened | PageRead | Ended]:
    """Have a document read, and tell of each page as soon as it is done.

    Raises:
        DocumentError: when it is encrypted, damaged or asks for too much before its first page,
            or when no process can be started.
    """
    clock, opened, following = _Clock(limits.seconds), False, 1
    while following <= limits.pages:
        job = Job(data, name, following, limits.pages, limits.seconds)
        try:
            with _taken_up(job, limits) as worker:
                clock.start()
                while isinstance(event := worker.receive(clock.step), Opened | PageRead):
                    opened = True
                    following = event.number + 1 if isinstance(event, PageRead) else following
                    yield event
        except (Late, Died) as error:
            if not opened:
                raise too_much(name) from error
            if clock.is_over:
                break
            yield PageRead(following, flaws=("slow" if isinstance(error, Late) else "crashed",))
            following += 1
        else:
            if isinstance(event, DocumentError) and following == 1:
                raise event
            yield event if isinstance(event, Ended) else Ended(cut=True)
            return
    yield Ended(cut=True)


class _Clock:
    """The time for a document, which begins when a process has taken it up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = math.inf

    def start(self) -> None:
        """Begin, unless it has begun."""
        self._end = min(self._end, time.monotonic() + self._seconds)

    @property
    def step(self) -> float:
        """Seconds that the next step may take."""
        return max(min(self._end - time.monotonic(), _STEP_SHARE * self._seconds), 0)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._end


@contextmanager
def _taken_up(job: Job, limits: Limits) -> Iterator[WorkerProcess]:
    """Give a job to a process, which is kept afterwards if nothing went wrong."""
    worker = _begin(job, limits)
    try:
        yield worker
    except BaseException:
        worker.discard()
        raise
    _idle.put(worker)


def _begin(job: Job, limits: Limits) -> WorkerProcess:
    waiting = _idle.take(limits.memory)
    if waiting is not None:
        try:
            waiting.begin(job)
        except (NeverStarted, Late):  # it ended while it was idle
            waiting.discard()
        else:
            return waiting
    worker = WorkerProcess(_MODULE, memory=limits.memory)
    try:
        worker.begin(job)
    except BaseException as error:
        worker.discard()
        if isinstance(error, NeverStarted | Late):
            raise cannot_start(job.name) from error
        raise
    return worker
