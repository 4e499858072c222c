"""`perfkg ingest`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from tempfile import TemporaryFile
from typing import IO, Annotated, Self

import typer

from perfkg.asking import open_to_write
from perfkg.cli import console
from perfkg.cli.ingest_summary import file_json, ingest_lines, report_json, shown
from perfkg.cli.options import StoreOption, settings_for
from perfkg.cli.progress import Reading
from perfkg.errors import UsageError
from perfkg.harvest import (
    Alone,
    Crew,
    Folder,
    Listing,
    SideBySide,
    find_places,
    folder_at,
    place_of,
)
from perfkg.ingest import FileReport, IngestReport, ingest
from perfkg.messages import Language, Text
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, Store, Writer
from perfkg.validation.findings import Finding

_MANY_FILES = 64
"""From this number of files on, starting several processes pays, and keeping what they read."""
_SHARDS = "reading"
"""Folder of the store in which what was read waits until it is stored."""


class ReportFormat(StrEnum):
    """How `perfkg ingest` tells what it did."""

    TABLE = "table"
    JSON = "json"


def ingest_command(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="文件或文件夹，或 fsspec 地址（s3://…）· Files, folders or addresses.",
        ),
    ],
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="并行读取的进程数（默认自动）· Reading processes."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--validate/--no-validate",
            help="写入时一并检查；不检查则清空检查结果 · Check; without it no findings are kept.",
        ),
    ] = True,
    again: Annotated[
        bool,
        typer.Option("--again", help="库中已有的文件也重读 · Read again what the store has."),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="由 Dask 集群读取，如 tcp://10.0.0.5:8786 · A Dask cluster reads.",
        ),
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="存放已读内容的文件夹或地址（默认在库中）· Keeps what was read.",
        ),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="摘要的格式 · Format of the summary.")
    ] = ReportFormat.TABLE,
    store: StoreOption = None,
) -> None:
    """读取文件或文件夹中的表格并写入库，作为一个新版本。 Put forms into the store as one version.

    库中已有的文件（内容相同）跳过不读；更正后的文件替换其原有内容。数据与检查结果同属一个版本。
    中断后再次运行，已读的文件不重读。

    例 Examples:

        perfkg ingest 2024/

        perfkg ingest a.txt b.txt --store ./my-store

        perfkg ingest s3://forms/2024 --scheduler tcp://10.0.0.5:8786 --shards s3://forms/shards
    """
    settings = settings_for(store)
    if "-" in paths:
        raise UsageError(
            "ingest 不读标准输入；请给出文件或文件夹",
            "ingest does not read standard input; name files or folders",
        )
    if scheduler is not None and workers is not None:
        raise UsageError(
            "--workers 不与 --scheduler 同用：进程数由集群决定",
            "--workers does not go with --scheduler: the cluster has its own number of processes",
        )
    with Listing(find_places(map(place_of, paths))) as files:
        if not files:
            raise UsageError(
                "所给文件夹中没有文件；请检查路径",
                "there is no file in these folders; check the paths",
            )
        keeper = Keeper(settings) if check else None
        kept = None if shards is None else folder_at(place_of(shards))
        how = How(workers, kept, scheduler, again)
        with open_to_write(settings) as target, Telling(settings.lang, form) as telling:
            report = ingest_with_progress(target, files, settings, telling, keeper, how)
            telling.sum_up(report, keeper)
    if not report.is_whole:
        raise typer.Exit(1)


class Keeper:
    """Reviews what a transaction has written and keeps the findings with it.

    The rules are read at once, so that a broken file of rules is told before any form is read.

    Attributes:
        findings: what was found, when the transaction has been reviewed.
    """

    def __init__(self, settings: Settings) -> None:
        """Read the rules."""
        from perfkg.reviewing import rules_for

        self._settings = settings
        self._shapes = rules_for(settings)
        self.findings: list[Finding] = []

    def __call__(self, writer: Writer) -> None:
        """Review the state that `writer` has reached."""
        from perfkg.reviewing import review_and_keep

        self.findings = review_and_keep(writer, self._shapes, self._settings).findings

    def summary(self) -> str:
        """Return one line about the findings."""
        from perfkg.validation.report import summary

        found = summary(self.findings, self._settings.lang)
        return Text(f"检查：{found}", f"Findings: {found}").into(self._settings.lang)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each severity."""
        names = [finding.severity for finding in self.findings]
        return {name: names.count(name) for name in ("Violation", "Warning", "Info")}


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
