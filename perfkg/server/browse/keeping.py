"""The directory of the generation that is served, made in the background when there is a new one.

Nobody waits long for it: while it is being made, pages show what the one before says, or what can
be said without any.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from perfkg.errors import PerfkgError
from perfkg.processes import Died, Late, NeverStarted, WorkerProcess
from perfkg.server.browse import making
from perfkg.server.browse.directory import Directory
from perfkg.server.problems import ServiceProblem
from perfkg.server.service import Service

T = TypeVar("T")

_log = logging.getLogger("perfkg.server")

PATIENCE: Final = 0.8
"""Seconds after which pages wait no longer for a directory that is being made."""
_SURELY: Final = 10.0
"""The same where there is so little to do that it will be there in a moment."""
_WATCH: Final = 1.0
"""Seconds between two looks whether there is a new generation."""
RETRY: Final = "2"
"""Seconds after which who was sent away may come again."""


class Kept:
    """Holds one directory at a time; for one service, safe for several threads."""

    def __init__(self, service: Service) -> None:
        """Hold none yet."""
        self._service = service
        self._changed = threading.Condition()
        self._directory: Directory | None = None
        self._failure: Exception | None = None
        self._maker: threading.Thread | None = None
        self._worker: WorkerProcess | None = None
        self._since = 0.0
        self._parts: tuple[int, dict[str, Any]] = (-1, {})

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return a part of a page, made once for each generation (or twice by two at a time)."""
        version = self._service.store.generation.number
        if self._parts[0] != version:
            self._parts = (version, {})
        parts = self._parts[1]
        if name not in parts:
            parts[name] = make()
        found: T = parts[name]
        return found

    def known(self) -> Directory | None:
        """Return the newest directory there is, waiting for a moment; None if there is none yet.

        Its `version` tells whether it is that of the current generation.

        Raises:
            ServiceProblem, PerfkgError: it could not be made.
        """
        generation = self._service.store.generation
        patience = _SURELY if generation.triples <= making.SMALL else PATIENCE
        with self._changed:
            self._begin(generation.number)
            left = self._since + patience - time.monotonic()
            if self._maker is not None and left > 0:
                self._changed.wait_for(lambda: self._maker is None, timeout=left)
            if self._failure is not None and self._maker is None:
                raise _told(self._failure)
            return self._directory

    def begin(self) -> None:
        """See to it that the current generation has a directory or gets one; waits for nothing."""
        with self._changed:
            self._begin(self._service.store.generation.number)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Make directories as soon as there are generations, not when the first visitor comes."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            with self._changed:
                maker, worker = self._maker, self._worker
                if worker is not None:
                    worker.stop()
            if maker is not None:
                maker.join()

    def _watch(self, over: threading.Event) -> None:
        seen = -1
        while not over.is_set():
            try:
                number = self._service.store.generation.number
                if number != seen:
                    self.begin()
                seen = number
            except PerfkgError:  # whoever asks for something is told
                pass
            over.wait(_WATCH)

    def _begin(self, version: int) -> None:
        """Start to make it if nobody does; the lock is held."""
        known = self._directory is not None and self._directory.version == version
        if not known and self._maker is None:
            self._failure = None
            self._since = time.monotonic()
            self._maker = threading.Thread(target=self._make, daemon=True)
            self._maker.start()

    def _make(self) -> None:
        """Make directories until there is that of the current generation."""
        store = self._service.store
        made: Directory | None = None
        failure: Exception | None = None
        try:
            while made is None or made.version != store.generation.number:
                made = self._made()
                with self._changed:
                    self._directory = made
                    self._changed.notify_all()
        except (PerfkgError, NeverStarted, Died, Late, OSError, sqlite3.Error) as error:
            _log.warning("the directory of the pages was not made: %r", error)
            failure = error
        finally:
            with self._changed:
                self._failure, self._maker = failure, None
                self._changed.notify_all()

    def _made(self) -> Directory:
        settings, store = self._service.settings, self._service.store
        with tempfile.TemporaryDirectory(prefix="perfkg-") as spare:
            job = making.Job(settings.identity.validation_graph, Path(spare))
            worker = making.start(store)
            with self._changed:
                self._worker = worker
            try:
                return making.make(store, job, worker)
            finally:
                with self._changed:
                    self._worker = None
                if worker is not None:
                    worker.discard()


def not_ready() -> ServiceProblem:
    """Return the failure that says that the directory is still being made."""
    return ServiceProblem(
        503,
        "数据刚刚更新，正在整理目录；本页将自动刷新，请稍候",
        "the data is new and its directory is being made; this page reloads by itself",
        headers={"Retry-After": RETRY, "Refresh": RETRY},
    )


def _told(failure: Exception) -> PerfkgError:
    if isinstance(failure, PerfkgError):
        return failure
    return ServiceProblem(
        503,
        "目录没有建成，请稍后再试；原因见服务日志",
        "the directory could not be made; try again later, and see the log of the service",
        headers={"Retry-After": "10"},
    )
