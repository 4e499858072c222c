"""The files of an ingest, each read once, by one process or by many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from perfkg.harvest.crew import Alone, Crew, Task
from perfkg.harvest.files import Harvester, MappedFile
from perfkg.harvest.folders import Folder
from perfkg.harvest.notebook import Notebook
from perfkg.harvest.places import Look, Place, look
from perfkg.harvest.shards import Shards, ShardWriter, key_of, read_back

_FILES: Final = 32
"""Files that a process reads before it hands them over."""
_BYTES: Final = 8_000_000
"""Bytes of files after which it does so all the same."""
_LOOKED_AT: Final = 256
"""Files that are looked at together."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """A file and what came out of it.

    Attributes:
        file: None where it was not read.
        same_as: an earlier file with the same bytes, for which it was not read.
        sha256: of the bytes for which it was not read, as the store has them, in hexadecimal.
        is_kept: whether it was read before an interruption.
    """

    place: Place
    file: MappedFile | None
    same_as: Place | None = None
    sha256: str | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at files before they are read.

    Attributes:
        most: bytes of a file that would be read.
    """

    most: int

    def __call__(self, places: Sequence[Place]) -> tuple[Look, ...]:
        """Look at some files."""
        return tuple(look(place, self.most) for place in places)

    def lost(self) -> tuple[Look]:
        """Return what is known of a file that ends every process which looks at it."""
        return (Look(None, 0),)


def nothing(_: str) -> bool:
    """Say that no document is known."""
    return False


def harvest(
    places: Iterable[Place],
    harvester: Harvester,
    *,
    crew: Crew | None = None,
    shards: Folder | None = None,
    stored: Callable[[str], bool] = nothing,
    mark: str | None = None,
) -> Iterator[Harvested]:
    """Yield each file with what came out of it, in the order of `places`.

    Args:
        places: files; one that does not exist is told as a problem.
        harvester: reads them.
        crew: who does the work; the result is the same. A file that ends its process is a
            problem of that file alone.
        shards: folder that keeps what was read, so that the same call goes on after it was
            killed; the caller removes it when what was read is safe elsewhere.
        stored: whether a document, by its SHA-256, need not be read.
        mark: what the harvester of every worker must have, where they may have another perfkg.
    """
    who = crew or Alone()
    with closing(Notebook()) as notes:
        kept = None if shards is None else Shards(shards, notes)
        plan = _Plan(harvester, kept, stored, notes)
        handfuls = plan.handfuls(places, who if mark else Alone())
        results = _read(who, harvester, handfuls, shards, mark)
        for handful, files in results:
            rest = iter(files)
            for planned in handful:
                yield plan.take(planned, rest)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A file, with what makes reading it unnecessary: a key of a shard, a double, a hash."""

    place: Place
    key: str | None = None
    double: Place | None = None
    sha256: str | None = None

    @property
    def is_unread(self) -> bool:
        return self.key is None and self.double is None and self.sha256 is None


Handful = tuple[_Planned, ...]


def _read(
    crew: Crew,
    harvester: Harvester,
    handfuls: Iterable[Handful],
    shards: Folder | None,
    mark: str | None,
) -> Iterator[tuple[Handful, Iterable[MappedFile]]]:
    """Yield each handful with what came out of those of its files that had to be read."""
    begun: deque[Handful] = deque()

    def tasks() -> Iterator[Task | None]:
        for handful in handfuls:
            begun.append(handful)
            yield tuple(planned.place for planned in handful if planned.is_unread) or None

    if shards is None:
        for files in crew.results(harvester, tasks()):
            yield begun.popleft(), files
    else:
        for names in crew.results(ShardWriter(shards, harvester, mark), tasks()):
            yield begun.popleft(), (file for name in names for file in read_back(shards, name))


@dataclass(frozen=True, slots=True)
class _Plan:
    """Decides file by file what is to be read."""

    harvester: Harvester
    kept: Shards | None
    stored: Callable[[str], bool]
    notes: Notebook

    def handfuls(self, places: Iterable[Place], lookers: Crew) -> Iterator[Handful]:
        """Yield the files in handfuls, of which one process reads what must be read."""
        handful: list[_Planned] = []
        unread = size = 0
        for place, found in self._looked_at(places, lookers):
            planned = self._planned(place, found)
            handful.append(planned)
            if planned.is_unread:
                unread += 1
                size += found.size
            if unread >= _FILES or size > _BYTES or len(handful) >= _LOOKED_AT:
                yield tuple(handful)
                handful, unread, size = [], 0, 0
        if handful:
            yield tuple(handful)

    def _looked_at(self, places: Iterable[Place], lookers: Crew) -> Iterator[tuple[Place, Look]]:
        begun: deque[Task] = deque()

        def tasks() -> Iterator[Task]:
            waiting = iter(places)
            while task := tuple(islice(waiting, _LOOKED_AT)):
                begun.append(task)
                yield task

        for found in lookers.results(Looker(self.harvester.limits.file_size), tasks()):
            yield from zip(begun.popleft(), found, strict=True)

    def _planned(self, place: Place, found: Look) -> _Planned:
        if found.digest is None:
            return _Planned(place)
        double = self.notes.first(found.digest, place)
        if double is not None:
            return _Planned(place, double=double)
        sha256 = found.digest.hex()
        if self.stored(sha256):
            return _Planned(place, sha256=sha256)
        if self.kept is not None:
            key = key_of(place, sha256, self.harvester)
            return _Planned(place, key=key if key in self.kept else None)
        return _Planned(place)

    def take(self, planned: _Planned, read: Iterator[MappedFile]) -> Harvested:
        """Return what came out of a file; the next of those read, if it is one of them."""
        if planned.is_unread:
            return Harvested(planned.place, next(read))
        if planned.key is not None and self.kept is not None:
            found = self.kept.get(planned.key)
            if found is None:  # the shard is damaged
                return Harvested(planned.place, self.harvester.file(planned.place))
            return Harvested(planned.place, found, is_kept=True)
        return Harvested(planned.place, None, same_as=planned.double, sha256=planned.sha256)
