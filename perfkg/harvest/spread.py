"""The files of an ingest, each read once, by one process or by several."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from perfkg.harvest.files import Harvester, MappedFile, fatal
from perfkg.harvest.shards import Shards, ShardWriter, key_of, read_shard, write_shard
from perfkg.harvest.side_by_side import SideBySide

_FILES: Final = 32
"""Files that a process reads before it hands them over."""
_BYTES: Final = 8_000_000
"""Bytes of files after which it does so all the same."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """A file and what came out of it.

    Attributes:
        file: None where the bytes are those of an earlier file, so that reading tells nothing new.
        same_as: that earlier file.
        is_kept: whether it was read before an interruption.
    """

    path: Path
    file: MappedFile | None
    same_as: Path | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is to become of a file: read, taken from a shard (`key`), or known by its double."""

    path: Path
    key: str | None = None
    double: Path | None = None


Task = tuple[Path, ...]
Part = TypeVar("Part")


def harvest(
    paths: Iterable[Path], harvester: Harvester, *, workers: int = 1, shards: Path | None = None
) -> Iterator[Harvested]:
    """Yield each file with what came out of it, in the order of `paths`.

    Args:
        paths: files; one that does not exist is told as a problem.
        harvester: reads them.
        workers: processes; the result is the same for any number. A file that ends its process is
            a problem of that file alone.
        shards: folder that keeps what was read, so that the same call goes on after it was
            killed; the caller removes it when what was read is safe elsewhere.
    """
    kept = None if shards is None else Shards(shards)
    plan = _Plan(harvester, kept)
    tasks = plan.tasks(paths)
    results: Iterator[tuple[MappedFile, ...]]
    if shards is None:
        results = _spread(harvester, tasks, workers, lambda: (fatal(),))
    else:
        write = ShardWriter(shards, harvester)
        written = _spread(
            write, tasks, workers, lambda: (write_shard(write.folder, [], [fatal()]),)
        )
        results = (tuple(read_shard(place)) for places in written for place in places)
    for files in results:
        for file in files:
            yield from plan.known()
            yield Harvested(plan.next().path, file)
    yield from plan.known()


@dataclass(slots=True)
class _Plan:
    """Decides file by file what is to be read, and remembers the order."""

    harvester: Harvester
    kept: Shards | None
    _order: deque[_Planned] = field(default_factory=deque)
    _first: dict[bytes, Path] = field(default_factory=dict)

    def tasks(self, paths: Iterable[Path]) -> Iterator[Task]:
        """Yield the files that must be read, in handfuls."""
        task: list[Path] = []
        size = 0
        for path in paths:
            planned, length = self._planned(path)
            self._order.append(planned)
            if planned.key is None and planned.double is None:
                task.append(path)
                size += length
            if len(task) >= _FILES or size > _BYTES:
                yield tuple(task)
                task, size = [], 0
        if task:
            yield tuple(task)

    def next(self) -> _Planned:
        """Take the next file out of the order."""
        return self._order.popleft()

    def known(self) -> Iterator[Harvested]:
        """Take out and yield the files that need not be read, up to the next that must."""
        while self._order and (self._order[0].key or self._order[0].double):
            planned = self._order.popleft()
            if planned.double is not None:
                yield Harvested(planned.path, None, same_as=planned.double)
            elif planned.key is not None and self.kept is not None:
                found = self.kept.get(planned.key)
                if found is None:  # the shard is damaged
                    yield Harvested(planned.path, self.harvester.file(planned.path))
                else:
                    yield Harvested(planned.path, found, is_kept=True)

    def _planned(self, path: Path) -> tuple[_Planned, int]:
        digest, length = _digest(path, self.harvester.limits.file_size)
        if digest is not None:
            first = self._first.setdefault(digest, path)
            if first is not path:
                return _Planned(path, double=first), length
        key = None if self.kept is None else key_of(path, self.harvester)
        return _Planned(path, key if self.kept is not None and key in self.kept else None), length


def _digest(path: Path, most: int) -> tuple[bytes | None, int]:
    """Return a hash and the size of a file; None where reading it will tell what is wrong."""
    try:
        size = path.stat().st_size
        if size > most or not path.is_file():
            return None, 0
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()[:16], size
    except OSError:
        return None, 0


def _spread(
    read: Callable[[Task], tuple[Part, ...]],
    tasks: Iterable[Task],
    workers: int,
    lost: Callable[[], tuple[Part, ...]],
) -> Iterator[tuple[Part, ...]]:
    """Yield what `read` gives for each task; what `lost` gives for a file that ends its process."""
    if workers == 1:
        yield from map(read, tasks)
        return

    def spare(task: Task, again: Callable[[Task], tuple[Part, ...]]) -> tuple[Part, ...]:
        """Find the file in halves."""
        if len(task) == 1:
            return lost()
        middle = len(task) // 2
        found: tuple[Part, ...] = ()
        for half in (task[:middle], task[middle:]):
            try:
                found += again(half)
            except BrokenProcessPool:
                found += spare(half, again)
        return found

    with SideBySide(read, workers, spare) as crew:
        yield from crew.results(tasks)
