"""What was read from files, kept until it is in the store: an ingest that was killed goes on.

A shard is gzipped N-Triples, whose first line is a comment that tells in JSON which lines are of
which file and form. It is written beside and renamed, so a shard is whole or not there.

A key is made of the path, size and time of a file and of everything that reading it depends on:
whatever changes is read again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from perfkg import __version__
from perfkg.graph.form_graph import FormGraph
from perfkg.harvest.files import Harvester, MappedFile, MappedForm
from perfkg.messages import Problem, Text

_LEVEL: Final = 1
_PARTS: Final = ("content", "provenance", "shared")
_DAMAGED: Final = (OSError, ValueError, EOFError, LookupError, TypeError, zlib.error)
_SUFFIX: Final = ".nt.gz"


def key_of(path: Path, harvester: Harvester) -> str | None:
    """Return what tells a file in its present state, read in this way; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    state = f"{path.absolute()}|{found.st_size}|{found.st_mtime_ns}|{harvester}|{_code()}"
    return hashlib.sha256(state.encode(errors="surrogateescape")).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the code and data that read and map files."""
    root, told = Path(__file__).parents[1], hashlib.sha256(__version__.encode())
    for file in sorted(root.rglob("*")):
        if file.suffix in (".py", ".toml", ".ttl"):
            told.update(file.read_bytes())
    return told.hexdigest()


@dataclass(frozen=True, slots=True)
class ShardWriter:
    """Reads files and writes what came out of them into a shard.

    Attributes:
        folder: where shards are; it exists. harvester: reads the files.
    """

    folder: Path
    harvester: Harvester

    def __call__(self, paths: Sequence[Path]) -> tuple[Path]:
        """Return the shard of some files."""
        keys = [key_of(path, self.harvester) for path in paths]
        return (write_shard(self.folder, keys, self.harvester(paths)),)


def write_shard(folder: Path, keys: Sequence[str | None], files: Sequence[MappedFile]) -> Path:
    """Write a shard and return where it is."""
    head = {"keys": list(keys), "files": [_head(file) for file in files]}
    lines = [f"# {json.dumps(head)}"]
    for file in files:
        for form in file.forms:
            lines += (*form.graph.content, *form.graph.provenance, *form.graph.shared)
    data = gzip.compress("\n".join(lines).encode(), _LEVEL, mtime=0)
    place = folder / (hashlib.sha256(data).hexdigest() + _SUFFIX)
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.rename(place)
    return place


def read_shard(place: Path) -> list[MappedFile]:
    """Return what came out of the files of a shard, in their order.

    Raises:
        OSError, ValueError, EOFError, zlib.error: it is damaged.
    """
    first, *lines = gzip.decompress(place.read_bytes()).decode().split("\n")
    rest = iter(lines)
    return [_file(file, rest) for file in json.loads(first[2:])["files"]]


class Shards:
    """The shards that a killed ingest left.

    Args:
        folder: where they are; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        """Find out which files they hold."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._places = dict(self._known())
        self._last: tuple[Path | None, list[MappedFile]] = (None, [])

    def __len__(self) -> int:
        """Return how many files they hold."""
        return len(self._places)

    def __contains__(self, key: str | None) -> bool:
        """Whether they hold a file."""
        return key in self._places

    def get(self, key: str) -> MappedFile | None:
        """Return what came out of a file; None if its shard turns out to be damaged."""
        place, number = self._places[key]
        try:
            if place != self._last[0]:
                self._last = (place, read_shard(place))
            return self._last[1][number]
        except _DAMAGED:
            return None

    def _known(self) -> Iterator[tuple[str, tuple[Path, int]]]:
        for place in sorted(self._folder.glob(f"*{_SUFFIX}")):
            try:
                with gzip.open(place, "rt", encoding="utf-8") as lines:
                    keys = json.loads(next(lines)[2:])["keys"]
            except (*_DAMAGED, StopIteration):
                continue
            yield from ((key, (place, number)) for number, key in enumerate(keys) if key)


def _head(file: MappedFile) -> dict[str, Any]:
    return {
        "problems": [asdict(problem) for problem in file.problems],
        "forms": [
            {
                "form": form.graph.form,
                "document": form.graph.document,
                "lines": [len(getattr(form.graph, part)) for part in _PARTS],
                "is_cut": form.is_cut,
                "targets": form.targets,
            }
            for form in file.forms
        ],
    }


def _file(head: dict[str, Any], lines: Iterator[str]) -> MappedFile:
    problems = (
        Problem(item["severity"], Text(**item["message"]), item["location"])
        for item in head["problems"]
    )
    return MappedFile(tuple(_form(form, lines) for form in head["forms"]), tuple(problems))


def _form(head: dict[str, Any], lines: Iterator[str]) -> MappedForm:
    parts = [tuple(islice(lines, count)) for count in head["lines"]]
    if [len(part) for part in parts] != head["lines"]:
        raise ValueError("the shard ends early")
    graph = FormGraph(head["form"], head["document"], *parts)
    return MappedForm(graph, head["is_cut"], head["targets"])
