"""`perfkg queries`, `perfkg query` and `perfkg sparql`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.errors import UsageError
from perfkg.messages import Text

if TYPE_CHECKING:
    from rich.table import Table

    from perfkg.queries import Catalogue, Parameter
    from perfkg.settings import Settings

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
    from perfkg.asking import load_catalogue

    settings = settings_for(store)
    catalogue = load_catalogue(settings)
    console.show(_table(catalogue, settings))
    for error in catalogue.errors:
        console.show_error(error, settings.lang)
    if catalogue.errors:
        raise typer.Exit(1)


def _table(catalogue: Catalogue, settings: Settings) -> Table:
    from rich.markup import escape
    from rich.table import Table

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
        table.add_row(query.name, about, escape(parameters))
    return table


def _parameter(item: Parameter, settings: Settings) -> str:
    label = item.label.into(settings.lang)
    if item.default is not None:
        return f"{item.name}={item.default} ({label}, {item.type})"
    optional = Text("可不填", "optional").into(settings.lang) if item.optional else ""
    return f"{item.name} ({label}, {item.type}{', ' if optional else ''}{optional})"


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
    from perfkg.asking import ask_saved, cover_of, find_saved, open_to_read
    from perfkg.cli.answers import Asked, write

    settings = settings_for(store)
    saved = find_saved(settings, name)
    arguments = dict(_key_and_value(text) for text in parameter or ())
    with open_to_read(settings) as source:
        answer = ask_saved(source, saved, arguments, settings)
        cover = cover_of(answer, settings.lang, source)
    write(Asked(answer.result, cover, saved.columns), form, output, settings)


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
    from perfkg.asking import ask, open_to_read
    from perfkg.cli.answers import Asked, write
    from perfkg.namespaces import PREFIXES
    from perfkg.results import Cover
    from perfkg.sparql.advice import advice
    from perfkg.vocabulary import ontology_terms

    settings = settings_for(store)
    question = _question(text, file)
    with open_to_read(settings) as source:
        version = str(source.generation.number)
        result = ask(source, question, settings, PREFIXES)
    for note in advice(question, PREFIXES, ontology_terms()):
        console.note(note, settings.lang)
    cover = Cover("SPARQL", version, datetime.now(UTC), description=question)
    write(Asked(result, cover), form, output, settings)


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
