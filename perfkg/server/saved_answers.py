"""Answers to saved queries, kept for whoever turns a page, sorts, filters or downloads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from perfkg.asking import Answer
from perfkg.store.base import GraphResult, SelectResult

_MOST: Final = 400_000
"""Terms that are kept, at some hundred bytes each."""
_SHARE: Final = 4
"""One answer may fill one part in so many."""

Key = tuple[str, tuple[tuple[str, str], ...]]
"""The name of a query and the arguments as they were given."""


class SavedAnswers:
    """The answers of one generation after the other; safe for several threads.

    Args:
        most: terms that are kept; what was not asked for longest goes first.
    """

    def __init__(self, most: int = _MOST) -> None:
        """Keep nothing yet."""
        self._most = most
        self._size = 0
        self._version = -1
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, version: int, key: Key, ask: Callable[[], Answer]) -> Answer:
        """Return the answer of the current generation: a kept one, or what `ask` brings.

        Args:
            version: number of the current generation.
        """
        with self._lock:
            if key in self._kept and self._version == version:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = ask()
        self._keep(key, found)
        return found

    def _keep(self, key: Key, answer: Answer) -> None:
        size = _terms(answer)
        with self._lock:
            if answer.version < self._version or size > self._most // _SHARE:
                return
            if answer.version > self._version:
                self._kept.clear()
                self._size, self._version = 0, answer.version
            if key not in self._kept:
                self._size += size
            self._kept[key] = answer
            while self._size > self._most:
                self._size -= _terms(self._kept.popitem(last=False)[1])


def _terms(answer: Answer) -> int:
    result = answer.result
    if isinstance(result, SelectResult):
        return len(result.rows) * len(result.variables) + 1
    return len(result.triples) * 3 + 1 if isinstance(result, GraphResult) else 1
