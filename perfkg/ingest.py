"""Files into the store: read, map, write one generation, and tell what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from perfkg.forms.model import Form, ReadDocument
from perfkg.graph.mapping import Mapper
from perfkg.identity import Identity
from perfkg.messages import Problem
from perfkg.readers.document import Document
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.reading import read_file
from perfkg.store.base import Outcome, Store, Writer


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Attributes:
        path: the file.
        forms: how many forms were read from it.
        left_out: how many of them were not written, because they seem to be cut off
            and the store has more of them.
        outcomes: what the store did with each.
        problems: what could not be read.
    """

    path: Path
    forms: int
    left_out: int
    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]

    @property
    def is_read(self) -> bool:
        """Whether at least one form came out of the file."""
        return self.forms > 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the file says was left ununderstood."""
        return not any(problem.severity == "error" for problem in self.problems)


@dataclass(slots=True)
class IngestReport:
    """What became of all files: those read and those not add up to those found."""

    files: list[FileReport] = field(default_factory=list)
    generation: int = 0
    triples: int = 0

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many forms were added, replaced …"""
        return Counter(outcome for file in self.files for outcome in file.outcomes)

    @property
    def unread(self) -> list[FileReport]:
        """The files from which no form came."""
        return [file for file in self.files if not file.is_read]

    @property
    def is_whole(self) -> bool:
        """Whether every file was read whole."""
        return all(file.is_whole for file in self.files)


def ingest(
    store: Store,
    paths: Sequence[Path],
    *,
    identity: Identity | None = None,
    limits: Limits = DEFAULT_LIMITS,
    workers: int = 1,
    progress: Callable[[Path], None] = lambda _: None,
    then: Callable[[Writer], None] = lambda _: None,
) -> IngestReport:
    """Read `paths` and put their forms into the store as one generation.

    Args:
        store: where to.
        paths: files; see `perfkg.reading.find_files` for folders.
        identity: mints the IRIs.
        limits: what a file may cost; the rest of it is left out and reported.
        workers: processes that read side by side; the result is the same for any number.
        progress: called with each file when it is done.
        then: called with the transaction after the last file; what it writes, such as the
            findings on the new data, is part of the same generation.

    Raises:
        StoreError: nothing was written.
    """
    mapper = Mapper(identity)
    report = IngestReport()
    with store.write() as writer:
        for path, read in _read_all(paths, limits, workers):
            graphs = [
                mapper.map(form, read.document)
                for form in read.forms
                if not (form.is_cut and _is_fuller(writer, mapper, form, read.document))
            ]
            outcomes = tuple(writer.put(graph) for graph in graphs)
            left_out = len(read.forms) - len(graphs)
            found = FileReport(path, len(read.forms), left_out, outcomes, read.problems)
            report.files.append(found)
            progress(path)
        then(writer)
    report.generation = store.generation.number
    report.triples = store.generation.triples
    return report


def _is_fuller(writer: Writer, mapper: Mapper, form: Form, document: Document) -> bool:
    """Whether the store has more of a form than a file that seems to be cut off."""
    iri = mapper.map(form, document).form
    return writer.targets_of(iri) > len(form.indicators)


def _read_all(
    paths: Sequence[Path], limits: Limits, workers: int
) -> Iterator[tuple[Path, ReadDocument]]:
    read = partial(read_file, limits=limits)
    with ExitStack() as stack:
        documents: Iterable[ReadDocument]
        if workers > 1 and len(paths) > 1:
            pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
            documents = stack.enter_context(pool).map(read, paths, chunksize=16)
        else:
            documents = map(read, paths)
        yield from zip(paths, documents, strict=True)
