"""`perfkg queries`, `perfkg query` and `perfkg sparql`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from perfkg import results
from perfkg.asking import ask, ask_saved, cover_of, load_catalogue, open_to_read
from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.errors import UsageError
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES
from perfkg.queries import Parameter
from perfkg.settings import Settings
from perfkg.sparql.advice import advice
from perfkg.store.base import AskResult, QueryResult, SelectResult
from perfkg.vocabulary import ontology_terms

FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        help="table、csv、tsv、xlsx、json、xml；"
        "CONSTRUCT 为 turtle、nt、nq、trig、jsonld、rdfxml · Format.",
    ),
]


def queries(store: StoreOption = None) -> None:
    """列出已存查询及其参数。 List the saved queries and their parameters.

    例 Example:

        perfkg queries
    """
    settings = settings_for(store)
    catalogue = load_catalogue(settings)
    table = Table(show_lines=True)
    for heading in (
        Text("名称", "Name"),
        Text("内容", "What it shows"),
        Text("参数", "Parameters"),
    ):
        table.add_column(heading.into(settings.lang), overflow="fold")
    for query in catalogue:
        about = f"[bold]{escape(query.title.into(settings.lang))}[/]\n" + escape(
            query.description.into(settings.lang)
        )
        parameters = "\n".join(_parameter(item, settings) for item in query.parameters)
        table.add_row(query.name, about, parameters)
    console.show(table)
    for error in catalogue.errors:
        console.show_error(error, settings.lang)
    if catalogue.errors:
        raise typer.Exit(1)


def _parameter(item: Parameter, settings: Settings) -> str:
    label = escape(item.label.into(settings.lang))
    kind = escape(item.type)
    if item.default is not None:
        return f"{item.name}={escape(item.default)} ({label}, {kind})"
    optional = Text("可不填", "optional").into(settings.lang) if item.optional else ""
    return f"{item.name} ({label}, {kind}{', ' if optional else ''}{optional})"


def query(
    name: Annotated[str, typer.Argument(help="已存查询的名称 · Name of the saved query.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="KEY=VALUE", help="参数 · A parameter."),
    ] = None,
    form: FormatOption = "table",
    output: OutputOption = None,
    store: StoreOption = None,
) -> None:
    """运行一个已存查询。 Run a saved query.

    单位、项目、指标等参数可写名称或 IRI。

    例 Examples:

        perfkg query lowest-satisfaction -p below=95

        perfkg query budget-by-department --format xlsx -o budget.xlsx
    """
    settings = settings_for(store)
    saved = load_catalogue(settings).get(name)
    arguments = dict(_key_and_value(text) for text in parameter or ())
    with open_to_read(settings) as source:
        answer = ask_saved(source, saved, arguments, settings)
        cover = cover_of(answer, settings.lang, source)
    _write(_Asked(answer.result, cover, saved.columns), form, output, settings)


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(
            f"参数“{text}”应写成 名称=值，例如 {key or 'below'}=95",
            f"the parameter '{text}' must be written as key=value, for example {key or 'below'}=95",
        )
    return key, value


def sparql(
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="SPARQL 查询；- 为标准输入 · Query; - is stdin."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help="从文件读取查询 · Read the query from a file."),
    ] = None,
    form: FormatOption = "table",
    output: OutputOption = None,
    store: StoreOption = None,
) -> None:
    """运行一条 SPARQL 查询；pk、skos 等常用前缀不必声明。 Run a SPARQL query; prefixes are known.

    例 Examples:

        perfkg sparql "SELECT (COUNT(*) AS ?n) WHERE { ?t a pk:Target }"

        perfkg sparql -f question.rq --format csv

        echo "ASK { ?f a pk:Form }" | perfkg sparql -
    """
    settings = settings_for(store)
    question = _question(text, file)
    with open_to_read(settings) as source:
        version = str(source.generation.number)
        result = ask(source, question, settings, PREFIXES)
    for note in advice(question, PREFIXES, ontology_terms()):
        console.note(note, settings.lang)
    cover = results.Cover("SPARQL", version, datetime.now(UTC), description=question)
    _write(_Asked(result, cover), form, output, settings)


def _question(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise UsageError(
            "请给出查询文本，或用 -f 指定文件，两者选一",
            "give the query as text or with -f from a file, one of the two",
        )
    if text == "-":
        return sys.stdin.read()
    if file is None:
        return text or ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"读不到查询文件：{error}", f"cannot read the query file: {error}", place=str(file)
        ) from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """A result with what its cover sheet and its headings say."""

    result: QueryResult
    cover: results.Cover
    columns: Mapping[str, Text] = field(default_factory=dict)


def _write(asked: _Asked, form: str, output: Path | None, settings: Settings) -> None:
    """Write a result in the format that was asked for; tell on stderr when it was cut."""
    result = asked.result
    wanted = results.find_format(form, results.kind_of(result))
    if wanted.name == "table":
        if output is not None:
            raise UsageError(
                "table 只用于终端；写入文件请选 csv、xlsx 等格式",
                "table is for the terminal; choose csv, xlsx … for a file",
            )
        console.show(results.table(result, settings.lang, asked.columns))
        return
    if wanted.name == "xlsx" and output is None and console.is_terminal():
        raise UsageError(
            "xlsx 不能显示在终端；请用 -o 指定文件",
            "xlsx cannot be shown on a terminal; name a file with -o",
        )
    console.write_bytes(_bytes(asked, wanted, output, settings), output)
    if not isinstance(result, AskResult) and result.truncated:
        console.note(
            Text(
                f"结果在 {settings.max_rows} 行处截断，后面还有（PERFKG_MAX_ROWS）",
                f"the result was cut at {settings.max_rows} rows; there are more (PERFKG_MAX_ROWS)",
            ),
            settings.lang,
        )


def _bytes(asked: _Asked, wanted: results.Format, output: Path | None, settings: Settings) -> bytes:
    if wanted.name == "xlsx":
        return results.workbook(asked.result, asked.cover, settings.lang, asked.columns)
    if wanted.name == "csv" and output is not None and isinstance(asked.result, SelectResult):
        # A file is opened in a spreadsheet, a pipe is read by a program.
        return results.csv_for_people(asked.result)
    return results.to_bytes(asked.result, wanted)
