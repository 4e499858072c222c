"""Work spread over processes, of which any may die: each task has a result, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD: Final = 8
"""Tasks for each process that are begun before the result of the first is taken."""


class SideBySide(Generic[Task, Result]):
    """Does one kind of work in several processes.

    Args:
        work: what each process does with a task; it and the tasks can be pickled.
        workers: how many processes.
        after_death: gives the result of a task that ended its process each time.
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        workers: int,
        after_death: Callable[[Task, Callable[[Task], Result]], Result],
    ) -> None:
        """Start no process yet."""
        self._work = work
        self._workers = workers
        self._after_death = after_death
        self._pool = self._new_pool(workers)

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; what they have not begun is not done."""
        self._pool.shutdown(cancel_futures=True)

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in the order of the tasks."""
        begun: deque[tuple[Task, Future[Result]]] = deque()
        for task in tasks:
            begun.append((task, self._begin(task)))
            if len(begun) >= self._workers * _AHEAD:
                yield self._next(begun)
        while begun:
            yield self._next(begun)

    def _next(self, begun: deque[tuple[Task, Future[Result]]]) -> Result:
        try:
            result = begun[0][1].result()
        except BrokenProcessPool:
            self._mend(begun)
            result = begun[0][1].result()
        begun.popleft()
        return result

    def _mend(self, begun: deque[tuple[Task, Future[Result]]]) -> None:
        """Do what the death of a process left undone.

        Whose fault it was cannot be told, so each task is done in a process of its own.
        """
        self._pool.shutdown()
        for _ in range(len(begun)):
            task, future = begun.popleft()
            if not future.done() or future.cancelled() or future.exception() is not None:
                future = Future()
                future.set_result(self._alone(task))
            begun.append((task, future))
        self._pool = self._new_pool(self._workers)

    def _begin(self, task: Task) -> Future[Result]:
        try:
            return self._pool.submit(self._work, task)
        except BrokenProcessPool as error:
            broken: Future[Result] = Future()
            broken.set_exception(error)
            return broken

    def _alone(self, task: Task) -> Result:
        """Do a task in a process of its own."""
        try:
            return self._once(task)
        except BrokenProcessPool:
            return self._after_death(task, self._once)

    def _once(self, task: Task) -> Result:
        with self._new_pool(1) as pool:
            return pool.submit(self._work, task).result()

    @staticmethod
    def _new_pool(workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
