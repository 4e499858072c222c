"""Making the directory of a generation, in a process of its own where that takes long.

Ten thousand forms take some ten seconds, in which the service must go on answering. The file is
kept in the folder of the generation, where it is found by the next start of the service, and goes
when the generation goes.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.namespaces import PREFIXES
from perfkg.processes import WorkerProcess
from perfkg.server.browse import asking
from perfkg.server.browse.directory import Directory
from perfkg.server.browse.filing import LAYOUT, write_directory
from perfkg.server.browse.gathering import Ask, gather
from perfkg.store.base import Generation, Store
from perfkg.store.embedded import EmbeddedStore
from perfkg.store.generations import place_of
from perfkg.store.snapshot import Snapshot

NAME: Final = "directory.sqlite"
SMALL: Final = 250_000
"""Triples up to which the directory is made sooner than a process starts."""
_MEMORY: Final = 16 << 30
"""Bytes of address space; a hundred thousand forms need a tenth of it."""
_SECONDS: Final = 3_600.0
_STARTED: Final = "started"


@dataclass(frozen=True, slots=True)
class Job:
    """A directory to be made.

    Attributes:
        validation: IRI of the graph of findings.
        spare: a folder for the file where that of the generation cannot be written to.
    """

    validation: str
    spare: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A directory that was made or found: the generation's number, and the file."""

    version: int
    file: Path


def start(store: Store) -> WorkerProcess | None:
    """Start a process to make the directory in; None where it is better made here."""
    if not isinstance(store, EmbeddedStore) or store.generation.triples <= SMALL:
        return None
    return WorkerProcess(__name__, str(store.path), memory=_MEMORY)


def make(store: Store, job: Job, worker: WorkerProcess | None) -> Directory:
    """Make the directory of the generation that is served, or find it made.

    Raises:
        PerfkgError: the store cannot be read.
        NeverStarted, Died, Late: the process did not do its work.
        OSError, sqlite3.Error: the file cannot be written or read.
    """
    if worker is not None:
        worker.begin(job)
        made = worker.receive(_SECONDS)
        if isinstance(made, Exception):
            raise made
    elif isinstance(store, EmbeddedStore):
        made = _of_snapshot(store.snapshot(), store.path, job)
    else:
        made = _of_any(store, job)
    if not isinstance(made, Made):
        raise TypeError(f"no directory but {made!r}")
    try:
        return Directory(made.file, made.version)
    finally:
        if made.file.parent == job.spare:  # it is open, and nobody else will look for it
            made.file.unlink(missing_ok=True)


def work(connection: Connection, folder: str) -> None:
    """Make a directory; what `WorkerProcess` runs."""
    job = connection.recv()
    connection.send(_STARTED)
    os.nice(5)
    try:
        connection.send(_of_snapshot(Snapshot(Path(folder)), Path(folder), job))
    except (PerfkgError, OSError, sqlite3.Error) as error:
        with suppress(OSError):
            connection.send(error)


def _of_snapshot(snapshot: Snapshot, folder: Path, job: Job) -> Made:
    generation = snapshot.generation
    stamp = _stamp(generation, job)
    place = place_of(folder, generation.number)
    known = place / NAME
    if _is_usable(known, stamp):
        return Made(generation.number, known)

    def ask(text: str) -> Iterator[tuple[str, ...]]:
        for row in snapshot.database.query(text, prefixes=PREFIXES):  # type: ignore[union-attr]
            yield tuple(asking.text_of(term) for term in row)

    home = place if os.access(place, os.W_OK) else job.spare
    return Made(generation.number, _written(ask, home, stamp, job))


def _of_any(store: Store, job: Job) -> Made:
    generation = store.generation

    def ask(text: str) -> list[tuple[str, ...]]:
        return asking.texts(store, text, asking.SCAN_SECONDS)

    return Made(generation.number, _written(ask, job.spare, _stamp(generation, job), job))


def _written(ask: Ask, home: Path, stamp: str, job: Job) -> Path:
    """Write the file under a name of its own, then give it the one by which it is found."""
    new = home / f"{NAME}.{secrets.token_hex(8)}"
    try:
        write_directory(new, gather(ask, job.validation), stamp)
        return new.replace(home / NAME)
    finally:
        new.unlink(missing_ok=True)


def _stamp(generation: Generation, job: Job) -> str:
    parts = (LAYOUT, __version__, generation.number, generation.created, job.validation)
    return " ".join(map(str, parts))


def _is_usable(file: Path, stamp: str) -> bool:
    """Whether it is there, whole as far as that can be seen, and was made of the same."""
    if not file.exists():
        return False
    try:
        known = Directory(file, 0)
        try:
            known.things("projects")
            return known.stamp == stamp
        finally:
            known.close()
    except (sqlite3.Error, KeyError, ValueError):
        return False
