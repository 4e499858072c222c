"""Files into the store: read, map, write one generation, and tell what happened."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from perfkg.harvest import Harvester, MappedFile, MappedForm, harvest
from perfkg.identity import Identity
from perfkg.messages import Problem
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
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
    """What became of all files: those read and those not add up to those found.

    Attributes:
        kept: how many files an ingest that was interrupted had read already.
    """

    files: list[FileReport] = field(default_factory=list)
    kept: int = 0
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
    shards: Path | None = None,
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
        shards: folder in which what was read waits for the store, so that the same call goes on
            where it was killed; it goes when everything is stored.
        progress: called with each file when it is done.
        then: called with the transaction after the last file; what it writes, such as the
            findings on the new data, is part of the same generation.

    Raises:
        StoreError: nothing was written.
    """
    harvester = Harvester((identity or Identity()).base, limits)
    report = IngestReport()
    with store.write() as writer:
        known: dict[Path, FileReport] = {}
        for found in harvest(paths, harvester, workers=workers, shards=shards):
            if found.file is not None:
                told = known[found.path] = _put(writer, found.path, found.file)
            elif found.same_as is not None:
                told = _repeated(found.path, known[found.same_as])
            report.files.append(told)
            report.kept += found.is_kept
            progress(found.path)
        then(writer)
    if shards is not None:
        shutil.rmtree(shards, ignore_errors=True)
    report.generation = store.generation.number
    report.triples = store.generation.triples
    return report


def _put(writer: Writer, path: Path, file: MappedFile) -> FileReport:
    """Put what came out of a file into the store."""
    wanted = [form for form in file.forms if not (form.is_cut and _is_fuller(writer, form))]
    outcomes = tuple(writer.put(form.graph) for form in wanted)
    left_out = len(file.forms) - len(wanted)
    return FileReport(path, len(file.forms), left_out, outcomes, file.problems)


def _repeated(path: Path, first: FileReport) -> FileReport:
    """Tell of a file with the bytes of another: what it says is in the store already."""
    return replace(first, path=path, outcomes=(Outcome.UNCHANGED,) * len(first.outcomes))


def _is_fuller(writer: Writer, form: MappedForm) -> bool:
    """Whether the store has more of a form than a file that seems to be cut off."""
    return writer.targets_of(form.graph.form) > form.targets
