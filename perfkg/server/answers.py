"""Answers to the queries of the protocol endpoint: kept, shared, and not made for nobody."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import Request

from perfkg.store.base import Question, Written

T = TypeVar("T")

_SHARE: Final = 8
"""An answer may fill one part in so many of the cache."""
_OVERHEAD: Final = 1_000
"""Bytes that are counted for each answer beside its own."""
_UNWATCHED: Final = 0.05
"""Seconds that an answer may take before anybody looks whether the client is still there."""
_VOLATILE: Final = re.compile(r"\b(?:now|rand|uuid|struuid|service)\b|\\u", re.IGNORECASE)


def is_lasting(text: str) -> bool:
    r"""Whether the same query to the same generation has the same answer.

    Some functions give another value each time. A text that only seems to use one, in a string or
    behind an escape (`\u0041`), is counted among them: that costs time and nothing else.
    """
    return _VOLATILE.search(text) is None


@dataclass(eq=False, slots=True)
class _Flight:
    """An answer on its way and how many wait for it."""

    task: asyncio.Future[Written]
    waiting: int = 0


class Answers:
    """The answers of one generation after the other; for one event loop.

    Args:
        most: bytes that are kept; what was not asked for longest goes first.
    """

    def __init__(self, most: int = 0) -> None:
        """Keep nothing yet."""
        self.hits = 0
        self.misses = 0
        self._most = most
        self._size = 0
        self._version = 0
        self._kept: OrderedDict[Question, Written] = OrderedDict()
        self._flights: dict[tuple[int, Question], _Flight] = {}

    def get(self, version: int, question: Question) -> Written | None:
        """Return the answer of a generation if it is kept."""
        found = self._kept.get(question) if version == self._version else None
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(question)
        return found

    def keep(self, question: Question, answer: Written) -> None:
        """Keep an answer, unless it is too large or older than the others."""
        version = answer.told.generation
        cost = _cost(question, answer)
        if version < self._version or cost > self._most // _SHARE:
            return
        if version > self._version:
            self._kept.clear()
            self._size, self._version = 0, version
        if question not in self._kept:
            self._kept[question] = answer.in_memory()
            self._size += cost
        while self._size > self._most:
            self._size -= _cost(*self._kept.popitem(last=False))

    @contextmanager
    def shared(
        self, version: int, question: Question, ask: Callable[[], Coroutine[Any, Any, Written]]
    ) -> Iterator[asyncio.Future[Written]]:
        """Give what `ask` answers; who asks the same meanwhile waits for the same answer.

        It is given up when the last one who waits for it is gone.
        """
        key = (version, question)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(ask()))
        flight.waiting += 1
        try:
            yield flight.task
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                if self._flights.get(key) is flight:
                    del self._flights[key]
                flight.task.cancel()


def _cost(question: Question, answer: Written) -> int:
    return answer.told.size + 2 * len(question.text) + _OVERHEAD


async def unless_gone(request: Request, task: asyncio.Future[T]) -> T | None:
    """Return the result of `task`, or None when the client closes the connection before.

    Args:
        request: one whose body, if it has any, was read.
        task: goes on if the client is gone.
    """
    done, _ = await asyncio.wait((task,), timeout=_UNWATCHED)
    if not done:
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
    return task.result() if task.done() else None


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
