"""What the files of an ingest hold, read and mapped: the part of the work that processes share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from perfkg import __version__
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.harvest.places import Place, read_place
from perfkg.identity import Identity
from perfkg.messages import Problem, Text
from perfkg.readers.limits import Limits
from perfkg.resources import ontology_folder

CODE_AND_DATA: Final = frozenset({".py", ".toml", ".ttl", ".txt"})
"""Endings of the files that decide what is read from a form; what is built for the pages
(`server/static`) may differ from machine to machine."""


@dataclass(frozen=True, slots=True)
class MappedForm:
    """One form as a store takes it.

    Attributes:
        graph: its triples. is_cut: whether the file seems to end before the form does.
        targets: how many rows of indicators were read.
    """

    graph: FormGraph
    is_cut: bool
    targets: int


@dataclass(frozen=True, slots=True)
class MappedFile:
    """What came out of one file.

    Attributes:
        forms: in the order of the file. problems: what could not be read.
        sha256: hash of the bytes that were read, in hexadecimal; empty where none were.
    """

    forms: tuple[MappedForm, ...]
    problems: tuple[Problem, ...]
    sha256: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the file says was left ununderstood."""
        return not any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Harvester:
    """Reads and maps files; the same in every process.

    Attributes:
        base: instance base IRI. limits: what one file may cost.
    """

    base: str
    limits: Limits

    def __call__(self, places: Sequence[Place]) -> tuple[MappedFile, ...]:
        """Read some files."""
        return tuple(self.file(place) for place in places)

    def lost(self) -> tuple[MappedFile]:
        """Return what stands for a file that ends every process which reads it."""
        return (fatal(),)

    @property
    def mark(self) -> str:
        """What tells this way of reading from others: code, vocabularies, base and limits."""
        return hashlib.sha256(f"{self}|{code_mark()}".encode()).hexdigest()

    def file(self, place: Place) -> MappedFile:
        """Read one file; what cannot be read is told by its problems."""
        mapper = _mapper(self.base)
        read = read_place(place, self.limits)
        forms = (
            MappedForm(mapper.map(form, read.document), form.is_cut, len(form.indicators))
            for form in read.forms
        )
        return MappedFile(tuple(forms), read.problems, read.document.sha256)


@cache
def code_mark() -> str:
    """Return a hash of the code and data that read and map files."""
    told = hashlib.sha256(__version__.encode())
    for root in (Path(__file__).parents[1], ontology_folder()):
        for file in sorted(root.rglob("*")):
            if file.suffix in CODE_AND_DATA and "static" not in file.parts:
                told.update(file.read_bytes())
    return told.hexdigest()


@cache
def _mapper(base: str) -> Mapper:
    return Mapper(Identity(base))


def fatal() -> MappedFile:
    """Return what is told of a file whose reading ended the process that read it."""
    told = Text(
        "读取该文件的进程意外终止（可能内存不足）；该文件未读入，其余文件不受影响。"
        "请用 perfkg parse 单独检查该文件",
        "the process that read this file ended unexpectedly (out of memory, perhaps); the file was "
        "left out, the others were not affected. Check it by itself with perfkg parse",
    )
    return MappedFile((), (Problem("error", told),))
