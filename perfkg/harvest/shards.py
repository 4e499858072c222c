"""What was read from files, kept until it is in the store: an ingest that was killed goes on.

A shard is gzipped N-Triples, whose first line is a comment that tells in JSON which lines are of
which file and form. It is written beside and renamed, so a shard is whole or not there.

A key is made of the name and the bytes of a file and of everything that reading it depends on:
whatever changes is read again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

from perfkg.errors import ClusterError, StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.harvest.files import Harvester, MappedFile, MappedForm, fatal
from perfkg.harvest.folders import Folder
from perfkg.harvest.notebook import Notebook
from perfkg.harvest.places import Place
from perfkg.messages import Problem, Text

_LEVEL: Final = 1
_PARTS: Final = ("content", "provenance", "shared")
_DAMAGED: Final = (OSError, ValueError, EOFError, LookupError, TypeError, zlib.error)
SUFFIX: Final = ".nt.gz"
"""What the names of shards end with."""


def key_of(place: Place, sha256: str, harvester: Harvester) -> str:
    """Return what tells the reading of a file from all others."""
    # The name of a file is told with its forms.
    told = f"{place.name}|{sha256}|{harvester.mark}"
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class ShardWriter:
    """Reads files and writes what came out of them into a shard.

    Attributes:
        folder: where shards are; it exists. harvester: reads the files.
        mark: that of the harvester where the work was given out; None where it does not matter.
    """

    folder: Folder
    harvester: Harvester
    mark: str | None = None

    def __call__(self, places: Sequence[Place]) -> tuple[str]:
        """Return the name of the shard of some files.

        Raises:
            ClusterError: this perfkg is not that which gave out the work.
        """
        if self.mark not in (None, self.harvester.mark):
            raise ClusterError(
                "有工作进程装的 perfkg 与本机不同（版本或词表）。请在所有机器上安装同一版本",
                "a worker has another perfkg than this machine (version or vocabularies). Install "
                "the same on all machines",
            )
        files = self.harvester(places)
        keys = [
            key_of(place, file.sha256, self.harvester) if file.sha256 else None
            for place, file in zip(places, files, strict=True)
        ]
        return (write_shard(self.folder, keys, files),)

    def lost(self) -> tuple[str]:
        """Return the shard that stands for a file which ends every process that reads it."""
        return (write_shard(self.folder, [None], [fatal()]),)


def write_shard(folder: Folder, keys: Sequence[str | None], files: Sequence[MappedFile]) -> str:
    """Write a shard and return its name."""
    head = {"keys": list(keys), "files": [_head(file) for file in files]}
    lines = [f"# {json.dumps(head)}"]
    for file in files:
        for form in file.forms:
            lines += (*form.graph.content, *form.graph.provenance, *form.graph.shared)
    data = gzip.compress("\n".join(lines).encode(), _LEVEL, mtime=0)
    name = hashlib.sha256(data).hexdigest() + SUFFIX
    folder.write(name, data)
    return name


def read_shard(folder: Folder, name: str) -> list[MappedFile]:
    """Return what came out of the files of a shard, in their order.

    Raises:
        OSError, ValueError, EOFError, zlib.error: it is damaged.
    """
    first, *lines = gzip.decompress(folder.read(name)).decode().split("\n")
    rest = iter(lines)
    return [_file(file, rest) for file in json.loads(first[2:])["files"]]


def read_back(folder: Folder, name: str) -> list[MappedFile]:
    """Return what a shard holds that was written just now.

    Raises:
        StoreError: it is gone or damaged already.
    """
    try:
        return read_shard(folder, name)
    except _DAMAGED as error:
        raise StoreError(
            f"刚存放的已读内容 {name} 取不回来（{error}）；库未改动。请检查磁盘或网络后再运行一次",
            f"what was read and kept in {name} cannot be read back ({error}); the store was not "
            "changed. Check the disk or the network and run it again",
            place=str(folder),
        ) from error


class Shards:
    """The shards that a killed ingest left.

    Args:
        folder: where they are; made if need be.
        notes: where it is noted which files they hold.
    """

    def __init__(self, folder: Folder, notes: Notebook) -> None:
        """Find out which files they hold."""
        self._folder = folder
        self._notes = notes
        self._last: tuple[str | None, list[MappedFile]] = (None, [])
        folder.prepare()
        for name in folder.names(SUFFIX):
            with suppress(*_DAMAGED):
                # Read whole, as a shard that ends early must not be relied upon.
                first = gzip.decompress(folder.read(name)).split(b"\n", 1)[0]
                notes.keep(json.loads(first[2:])["keys"], name)

    def __contains__(self, key: str) -> bool:
        """Whether they hold a file."""
        return self._notes.kept(key) is not None

    def get(self, key: str) -> MappedFile | None:
        """Return what came out of a file; None if its shard turns out to be damaged."""
        place = self._notes.kept(key)
        if place is None:
            return None
        name, number = place
        try:
            if name != self._last[0]:
                self._last = (name, read_shard(self._folder, name))
            return self._last[1][number]
        except _DAMAGED:
            return None


def _head(file: MappedFile) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
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
    forms = tuple(_form(form, lines) for form in head["forms"])
    return MappedFile(forms, tuple(problems), head["sha256"])


def _form(head: dict[str, Any], lines: Iterator[str]) -> MappedForm:
    parts = [tuple(islice(lines, count)) for count in head["lines"]]
    if [len(part) for part in parts] != head["lines"]:
        raise ValueError("the shard ends early")
    graph = FormGraph(head["form"], head["document"], *parts)
    return MappedForm(graph, head["is_cut"], head["targets"])
