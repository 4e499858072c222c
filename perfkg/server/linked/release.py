"""The downloads and descriptions of the generation that is served, each made once."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import weakref
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from fastapi import Request

from perfkg.export.dumps import Dump, dumps_of, write_dump
from perfkg.export.figures import Figures, figures_of
from perfkg.export.writing import Facts, facts_of
from perfkg.server.service import Service
from perfkg.store.base import State

_log = logging.getLogger("perfkg.server")
_PATIENCE: Final = 10.0
"""Seconds that a description waits for the sizes of files that are still being made."""


class Release:
    """The files of one generation; thread-safe.

    Args:
        snapshot: the generation. base: the instance base IRI.
    """

    def __init__(self, snapshot: State, base: str) -> None:
        """Make nothing yet but an empty folder, which goes with this object."""
        self.generation = snapshot.generation
        self._snapshot = snapshot
        self._base = base
        self._folder = Path(tempfile.mkdtemp(prefix="perfkg-export-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._lock = threading.RLock()
        self._made: dict[str, Facts] = {}
        self._beginning = threading.Lock()
        self._is_begun = False
        self._all_made = threading.Event()

    @cached_property
    def figures(self) -> Figures:
        """What there is in it."""
        return figures_of(self._snapshot.database, self._base)

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """The files that there can be."""
        return dumps_of(self.figures.years)

    def file(self, dump: Dump) -> tuple[Path, Facts]:
        """Return a file, made if it was not yet, with its size and checksum."""
        path = self._folder / dump.name
        with self._lock:
            if dump.name not in self._made:
                for other in self.dumps:
                    if other.name == dump.made_from:
                        self.file(other)
                self._make(dump, path)
                self._made[dump.name] = facts_of(path)
            return path, self._made[dump.name]

    def _make(self, dump: Dump, path: Path) -> None:
        with tempfile.TemporaryDirectory(dir=self._folder) as work:
            unfinished = Path(work) / dump.name
            write_dump(dump, self._snapshot, self._base, unfinished, self._folder, Path(work))
            unfinished.rename(path)

    def files(self) -> dict[str, Facts | None]:
        """Return size and checksum of every file, None for one that is not made yet.

        The files are made in the background, since those of a large graph take minutes; of a
        small one they are all there when this returns.
        """
        with self._beginning:
            if not self._is_begun:
                self._is_begun = True
                threading.Thread(target=self._make_all, daemon=True, name="exports").start()
        self._all_made.wait(_PATIENCE)
        return {dump.name: self._made.get(dump.name) for dump in self.dumps}

    def _make_all(self) -> None:
        try:
            for dump in self.dumps:
                self.file(dump)
        except Exception:
            # Whoever asks for the file itself is told why.
            _log.exception("a file of generation %s could not be made", self.generation.number)
        finally:
            self._all_made.set()


@dataclass(slots=True)
class _Kept:
    """The release of the newest generation that was asked for."""

    release: Release | None = None


_LOCK = threading.Lock()


def release_of(request: Request, service: Service) -> Release:
    """Return the release of the current generation."""
    snapshot = service.store.snapshot()
    with _LOCK:
        state = request.app.state
        kept: _Kept | None = getattr(state, "release", None)
        if kept is None:
            kept = state.release = _Kept()
        found = kept.release
        if found is None or found.generation.number != snapshot.generation.number:
            found = kept.release = Release(snapshot, service.settings.base)
        return found
