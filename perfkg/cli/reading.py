"""`perfkg parse` and `perfkg ingest`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text as Styled

from perfkg.asking import open_to_write
from perfkg.cli import console
from perfkg.cli.options import StoreOption, settings_for
from perfkg.cli.tables import cell_table, document_tables, ingest_lines
from perfkg.errors import UsageError
from perfkg.forms.as_json import document_json
from perfkg.forms.model import ReadDocument
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.graph.serialise import to_jsonld, to_turtle
from perfkg.ingest import IngestReport, ingest
from perfkg.messages import Language, Text
from perfkg.readers.limits import Limits
from perfkg.reading import find_files, read_bytes, read_file
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, Store, Writer
from perfkg.validation.findings import Finding

_MANY_FILES = 64
"""From this number of files on, starting several processes pays, and keeping what they read."""
_SHARDS = "reading"
"""Folder of the store in which what was read waits until it is stored."""

STDIN = Path("-")


class ParseFormat(StrEnum):
    """How `perfkg parse` shows what it read."""

    TABLE = "table"
    JSON = "json"
    JSONLD = "jsonld"
    TURTLE = "turtle"


def read_paths(paths: Iterable[Path], limits: Limits) -> list[ReadDocument]:
    """Read each file; `-` is standard input."""
    return [
        read_bytes("stdin", sys.stdin.buffer.read(limits.file_size + 1), limits=limits)
        if path == STDIN
        else read_file(path, limits=limits)
        for path in paths
    ]


def map_documents(documents: Iterable[ReadDocument], settings: Settings) -> list[FormGraph]:
    """Return the triples of every form."""
    mapper = Mapper(settings.identity)
    return [mapper.map(form, read.document) for read in documents for form in read.forms]


def parse(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="表格文件；- 为标准输入 · Files; - is stdin."),
    ],
    form: Annotated[
        ParseFormat, typer.Option("--format", help="输出格式 · Output format.")
    ] = ParseFormat.TABLE,
    cells: Annotated[
        bool, typer.Option("--cells", help="逐格列出读成了什么 · List what became of every cell.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """读取表格并显示读到的内容，不写入库。 Show what is read from forms; touches no store.

    例 Examples:

        perfkg parse 申报表.txt

        perfkg parse --cells 申报表.docx

        perfkg parse --format json a.txt b.txt > forms.json

        cat a.txt | perfkg parse --format turtle -
    """
    settings = settings_for(store)
    documents = read_paths(files, settings.limits)
    if form is ParseFormat.TABLE:
        for read in documents:
            console.show(*document_tables(read, settings.lang))
            if cells:
                console.show(cell_table(read, settings.lang))
    elif form is ParseFormat.JSON:
        objects = [document_json(read) for read in documents]
        _print(json.dumps(objects, ensure_ascii=False, indent=2) + "\n")
    else:
        lines = [line for graph in map_documents(documents, settings) for line in graph.lines()]
        _print(to_turtle(lines) if form is ParseFormat.TURTLE else to_jsonld(lines) + "\n")
    for read in documents:
        console.show_problems(read.document.name, read.problems, settings.lang)
    if not all(read.is_whole for read in documents):
        raise typer.Exit(1)


def _print(text: str) -> None:
    console.write_bytes(text.encode(), None)


def ingest_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="文件或文件夹 · Files or folders.")
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
    store: StoreOption = None,
) -> None:
    """读取文件或文件夹中的表格并写入库，作为一个新版本。 Put forms into the store as one version.

    同一文件重复写入不会改变库；更正后的文件替换其原有内容。数据与检查结果同属一个版本。

    例 Examples:

        perfkg ingest 2024/

        perfkg ingest a.txt b.txt --store ./my-store
    """
    settings = settings_for(store)
    if STDIN in paths:
        raise UsageError(
            "ingest 不读标准输入；请给出文件或文件夹",
            "ingest does not read standard input; name files or folders",
        )
    files = list(find_files(paths))
    if not files:
        raise UsageError(
            "所给文件夹中没有文件；请检查路径", "there is no file in these folders; check the paths"
        )
    keeper = Keeper(settings) if check else None
    with open_to_write(settings) as target:
        report = ingest_with_progress(target, files, settings, workers, keeper)
    show_ingest(report, settings.lang)
    if keeper is not None:
        console.show(keeper.summary())
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


def ingest_with_progress(
    store: Store,
    files: list[Path],
    settings: Settings,
    workers: int | None = None,
    keeper: Keeper | None = None,
) -> IngestReport:
    """Ingest files under a progress bar, which only a terminal shows."""
    if workers is None:
        workers = (os.cpu_count() or 1) if len(files) >= _MANY_FILES else 1
    many = len(files) >= _MANY_FILES
    shards = store.path / _SHARDS if many and isinstance(store, EmbeddedStore) else None
    screen = console.messages()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task(Text("读入", "Reading").into(settings.lang), total=len(files))
        return ingest(
            store,
            files,
            identity=settings.identity,
            limits=settings.limits,
            workers=workers,
            shards=shards,
            progress=lambda _: bar.advance(task),
            then=keeper or (lambda _: None),
        )


class _RateColumn(ProgressColumn):
    """How many files are read in a second."""

    def render(self, task: Task) -> Styled:
        """Return the rate; nothing before there is one."""
        return Styled("" if task.speed is None else f"{task.speed:,.0f}/s")


def show_ingest(report: IngestReport, language: Language) -> None:
    """Print the summary, and name every problem with its file."""
    console.show(*ingest_lines(report, language))
    for file in report.files:
        console.show_problems(str(file.path), file.problems, language)
