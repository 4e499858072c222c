"""Work spread over processes of this machine, of which any may die."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Final, Generic

from perfkg.harvest.crew import Part, Task, Work, spare

_AHEAD: Final = 8
"""Tasks for each process that are begun before the result of the first is taken."""


class SideBySide:
    """Does work in several processes.

    Args:
        workers: how many.
    """

    def __init__(self, workers: int) -> None:
        """Start no process yet."""
        self._workers = workers

    def results(self, work: Work[Part], tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        """Yield what comes of each task; see `Crew.results`."""
        doing = _Doing(work, self._workers)
        try:
            yield from doing.results(tasks)
        finally:
            doing.end()


class _Doing(Generic[Part]):
    """One kind of work, being done."""

    def __init__(self, work: Work[Part], workers: int) -> None:
        self._work = work
        self._workers = workers
        self._pool = _new_pool(workers)

    def end(self) -> None:
        """End the processes; what they have not begun is not done."""
        self._pool.shutdown(cancel_futures=True)

    def results(self, tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        begun: deque[tuple[Task | None, Future[tuple[Part, ...]]]] = deque()
        for task in tasks:
            begun.append((task, self._begin(task)))
            if len(begun) >= self._workers * _AHEAD:
                yield self._next(begun)
        while begun:
            yield self._next(begun)

    def _next(self, begun: deque[tuple[Task | None, Future[tuple[Part, ...]]]]) -> tuple[Part, ...]:
        try:
            result = begun[0][1].result()
        except BrokenProcessPool:
            self._mend(begun)
            result = begun[0][1].result()
        begun.popleft()
        return result

    def _mend(self, begun: deque[tuple[Task | None, Future[tuple[Part, ...]]]]) -> None:
        """Do what the death of a process left undone.

        Whose fault it was cannot be told, so each task is done in a process of its own.
        """
        self._pool.shutdown()
        for _ in range(len(begun)):
            task, future = begun.popleft()
            is_done = future.done() and not future.cancelled()
            if task is not None and not (is_done and future.exception() is None):
                future = _done(self._alone(task))
            begun.append((task, future))
        self._pool = _new_pool(self._workers)

    def _begin(self, task: Task | None) -> Future[tuple[Part, ...]]:
        if task is None:
            return _done(())
        try:
            return self._pool.submit(self._work, task)
        except BrokenProcessPool as error:
            broken: Future[tuple[Part, ...]] = Future()
            broken.set_exception(error)
            return broken

    def _alone(self, task: Task) -> tuple[Part, ...]:
        """Do a task in a process of its own."""
        try:
            return self._once(task)
        except BrokenProcessPool:
            return spare(self._work, task, self._once, BrokenProcessPool)

    def _once(self, task: Task) -> tuple[Part, ...]:
        with _new_pool(1) as pool:
            return pool.submit(self._work, task).result()


def _done(result: tuple[Part, ...]) -> Future[tuple[Part, ...]]:
    future: Future[tuple[Part, ...]] = Future()
    future.set_result(result)
    return future


def _new_pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
