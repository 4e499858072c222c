"""`perfkg parse`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import StoreOption, settings_for
from perfkg.cli.tables import cell_table, document_tables
from perfkg.forms.as_json import document_json
from perfkg.forms.model import ReadDocument
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.graph.serialise import to_jsonld, to_turtle
from perfkg.readers.limits import Limits
from perfkg.reading import read_bytes, read_file
from perfkg.settings import Settings

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
