"""`perfkg parse`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from perfkg.forms.model import ReadDocument
    from perfkg.messages import Language
    from perfkg.settings import Settings


class ParseFormat(StrEnum):
    """How `perfkg parse` shows what it read."""

    TABLE = "table"
    JSON = "json"
    JSONLD = "jsonld"
    TURTLE = "turtle"


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
    from perfkg.cli.documents import read_paths

    settings = settings_for(store)
    documents = read_paths(files, settings.limits)
    if form is ParseFormat.TABLE:
        _show(documents, settings.lang, cells=cells)
    else:
        console.write_bytes(_text(documents, form, settings).encode(), None)
    for read in documents:
        console.show_problems(read.document.name, read.problems, settings.lang)
    if not all(read.is_whole for read in documents):
        raise typer.Exit(1)


def _show(documents: list[ReadDocument], language: Language, *, cells: bool) -> None:
    from perfkg.cli.tables import cell_table, document_tables

    for read in documents:
        console.show(*document_tables(read, language))
        if cells:
            console.show(cell_table(read, language))


def _text(documents: list[ReadDocument], form: ParseFormat, settings: Settings) -> str:
    if form is ParseFormat.JSON:
        from perfkg.forms.as_json import document_json

        objects = [document_json(read) for read in documents]
        return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"
    from perfkg.cli.documents import map_documents
    from perfkg.graph.serialise import to_jsonld, to_turtle

    lines = [line for graph in map_documents(documents, settings) for line in graph.lines()]
    return to_turtle(lines) if form is ParseFormat.TURTLE else to_jsonld(lines) + "\n"
