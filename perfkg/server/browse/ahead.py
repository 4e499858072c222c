"""The answers that the pages of saved queries open with, asked for before anybody comes.

A page of a saved query opens with its defaults and with the choices of its parameters. They are
kept for as long as there is no new generation, so on a large store only the first visitor would
wait for them. When a generation has stood for a while and nobody asks anything, they are asked for
here, one after the other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from perfkg.errors import PerfkgError
from perfkg.server.browse import making
from perfkg.server.browse.keeping import Kept
from perfkg.server.browse.query_page import choices
from perfkg.server.service import Service, saved_answer
from perfkg.store.embedded import EmbeddedStore

_log = logging.getLogger("perfkg.server")

QUIET: Final = 10.0
"""Seconds that a generation must have stood; at least as long as the work took the last time."""
_WATCH: Final = 0.5
"""Seconds between two looks whether there is a new generation, or whether somebody asks."""
_PATIENCE: Final = 0.2
"""Seconds that the end of the service waits for the question under way."""


class Ahead:
    """Asks ahead for one service.

    Args:
        service: whose saved queries. kept: where its pages keep their choices.
        quiet: see `QUIET`.
        small: triples up to which nothing is asked ahead: the first visitor hardly waits.

    Attributes:
        done: the number of the generation that was last asked for everything; -1 for none.
    """

    def __init__(
        self, service: Service, kept: Kept, quiet: float = QUIET, small: int = making.SMALL
    ) -> None:
        """Ask nothing yet."""
        self._service = service
        self._kept = kept
        self._quiet = quiet
        self._small = small
        self._over = threading.Event()
        self.done = -1

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Ask ahead while the block runs; not of a store elsewhere, which serves others too."""
        if not isinstance(self._service.store, EmbeddedStore):
            yield
            return
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(_PATIENCE)  # a question under way ends with the store

    def _watch(self) -> None:
        seen, since, quiet = -1, 0.0, self._quiet
        while not self._over.wait(min(_WATCH, self._quiet)):
            with suppress(PerfkgError):  # whoever asks for something is told
                generation = self._service.store.generation
                now = time.monotonic()
                if generation.number != seen:
                    seen, since = generation.number, now
                elif (
                    seen != self.done and now - since >= quiet and generation.triples > self._small
                ):
                    count = self._ask(seen)
                    spent = time.monotonic() - now
                    self.done, quiet = seen, max(self._quiet, spent)
                    if not self._over.is_set():
                        _log.info("asked ahead: %d answers in %.1f s", count, spent)

    def _ask(self, version: int) -> int:
        """Ask for everything, unless the generation changes; return for how much."""
        count = 0
        for ask in self._questions():
            while self._service.store.figures().running and not self._over.wait(_WATCH):
                pass
            if self._over.is_set() or self._service.store.generation.number != version:
                break
            with suppress(PerfkgError):
                ask()
                count += 1
        return count

    def _questions(self) -> Iterator[Callable[[], object]]:
        for query in self._service.catalogue:
            yield partial(saved_answer, self._service, query, {})
            for item in query.parameters:
                yield partial(choices, self._service.store, self._kept, item)
