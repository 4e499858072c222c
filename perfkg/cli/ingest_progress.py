"""An ingest under way: who reads, what is told of each file, and what reviews the whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Self

from perfkg.cli import console
from perfkg.cli.ingest_summary import file_json, ingest_lines, report_json, shown
from perfkg.cli.ingesting import ReportFormat
from perfkg.cli.progress import Reading
from perfkg.harvest import Alone, Crew, Folder, Listing, SideBySide, folder_at
from perfkg.ingest import FileReport, IngestReport, ingest
from perfkg.messages import Language, Text
from perfkg.reviewing import keep_review, rules_for
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, Store, Writer
from perfkg.validation.findings import Finding, Tally
from perfkg.validation.pieces import has_forms, processes
from perfkg.validation.report import summary
from perfkg.validation.words import NO_FORMS

_MANY_FILES = 64
"""From this number of files on, starting several processes pays, and keeping what they read."""
_SHARDS = "reading"
"""Folder of the store in which what was read waits until it is stored."""


class Keeper:
    """Reviews what a transaction has written and keeps the findings with it.

    The rules are read at once, so that a broken file of rules is told before any form is read.

    Args:
        settings: with the user's own rules.
        workers: processes that may review a large store; None for as many as pays.
        note: called with some findings after the other.

    Attributes:
        tally: how much was found, when the transaction has been reviewed.
        is_idle: whether there was no form to review.
    """

    def __init__(
        self,
        settings: Settings,
        workers: int | None = None,
        note: Callable[[list[Finding]], None] = lambda _: None,
    ) -> None:
        """Read the rules."""
        self._settings = settings
        self._workers = processes(workers)
        self._note = note
        self._shapes = rules_for(settings)
        self.tally = Tally()
        self.is_idle = False

    def __call__(self, writer: Writer) -> None:
        """Review the state that `writer` has reached."""
        settings, workers = self._settings, self._workers
        keep_review(writer, self._shapes, settings, workers=workers, note=self._take)
        self.is_idle = not (self.tally.total or has_forms(writer.database))

    def _take(self, findings: list[Finding]) -> None:
        self.tally.add(findings)
        self._note(findings)

    def summary(self) -> str:
        """Return one line about the findings."""
        language = self._settings.lang
        found = NO_FORMS.into(language) if self.is_idle else summary(self.tally, language)
        return Text(f"检查：{found}", f"Findings: {found}").into(language)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each severity."""
        return {str(name): count for name, count in self.tally.severities.items()}


class Telling:
    """Tells of every file as soon as it is done, and keeps nothing of it in memory.

    Args:
        language: of what is told. form: how the summary is written at the end.
    """

    def __init__(self, language: Language, form: ReportFormat = ReportFormat.TABLE) -> None:
        """Tell nothing yet."""
        self._language = language
        self._lines: IO[bytes] | None = TemporaryFile() if form is ReportFormat.JSON else None  # noqa: SIM115

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the temporary file go."""
        if self._lines is not None:
            self._lines.close()

    def __call__(self, file: FileReport) -> None:
        """Name every problem of a file."""
        console.show_problems(shown(file.place), file.problems, self._language)
        if self._lines is not None and (line := file_json(file)) is not None:
            self._lines.write(line + b"\n")

    def sum_up(self, report: IngestReport, keeper: Keeper | None) -> None:
        """Print the summary."""
        if self._lines is None:
            console.show(*ingest_lines(report, self._language))
            if keeper is not None:
                console.show(keeper.summary())
            return
        findings = None if keeper is None else keeper.counts()
        for piece in report_json(report, findings, self._told(self._lines)):
            console.write_bytes(piece, None)

    @staticmethod
    def _told(lines: IO[bytes]) -> Iterator[bytes]:
        lines.seek(0)
        for line in lines:
            yield line.rstrip(b"\n")


@dataclass(frozen=True, slots=True)
class How:
    """In what way files are read.

    Attributes:
        workers: processes of this machine; None for as many as pays.
        shards: folder that keeps what was read; None for one in the store where that pays.
        scheduler: address of a Dask cluster that reads instead of this machine.
        again: whether files are read again that the store has.
    """

    workers: int | None = None
    shards: Folder | None = None
    scheduler: str | None = None
    again: bool = False

    def crew(self, files: Listing, shards: Folder | None) -> AbstractContextManager[Crew]:
        """Return who reads the files."""
        if self.scheduler is not None:
            from perfkg.harvest.cluster import Cluster

            return Cluster(self.scheduler, shards, next(iter(files), None))
        many = len(files) >= _MANY_FILES
        workers = self.workers or ((os.cpu_count() or 1) if many else 1)
        return nullcontext(Alone() if workers == 1 else SideBySide(workers))

    def folder(self, files: int, store: Store) -> Folder | None:
        """Return the folder that keeps what was read."""
        pays = files >= _MANY_FILES or self.scheduler is not None
        if self.shards is None and pays and isinstance(store, EmbeddedStore):
            return folder_at(store.path / _SHARDS)
        return self.shards


def ingest_with_progress(
    store: Store,
    files: Listing,
    settings: Settings,
    telling: Telling,
    keeper: Keeper | None = None,
    how: How | None = None,
) -> IngestReport:
    """Ingest files under a progress bar, which only a terminal shows."""
    way = how or How()
    shards = way.folder(len(files), store)
    with way.crew(files, shards) as crew, Reading(len(files), settings.lang) as bar:

        def tell(file: FileReport) -> None:
            telling(file)
            bar.advance()

        return ingest(
            store,
            files,
            identity=settings.identity,
            limits=settings.limits,
            crew=crew,
            shards=shards,
            again=way.again,
            is_far=way.scheduler is not None,
            tell=tell,
            then=keeper or (lambda _: None),
        )
