"""`perfkg validate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import LangOption, OutputOption, StoreOption, settings_for
from perfkg.errors import UsageError
from perfkg.validation.engine_name import DEFAULT_ENGINE, EngineName

if TYPE_CHECKING:
    from perfkg.settings import Settings
    from perfkg.validation.findings import Finding
    from perfkg.validation.review import Review
    from perfkg.validation.shapes import Shapes


class ReportFormat(StrEnum):
    """How findings are shown."""

    TABLE = "table"
    JSON = "json"
    TURTLE = "turtle"
    XLSX = "xlsx"
    HTML = "html"


class FailOn(StrEnum):
    """The severity from which on findings make the command fail."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE…]", help="表格文件；不给则检查库 · Files, or none: the store."
        ),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="输出格式 · Output format.")
    ] = ReportFormat.TABLE,
    fail_on: Annotated[
        FailOn, typer.Option(help="自此级别起以状态 1 退出 · Severity that fails the command.")
    ] = FailOn.VIOLATION,
    engine: Annotated[
        EngineName, typer.Option(help="运行规则的引擎 · What runs the rules.")
    ] = DEFAULT_ENGINE,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            "--shapes", help="另加的规则文件（Turtle），可重复 · A further file of rules."
        ),
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    store: StoreOption = None,
) -> None:
    """用 SHACL 规则检查表格或整个库。 Check forms, or the whole store, with the SHACL rules.

    给出文件时只检查这些文件，不动库；不给文件时检查库，并把结果存入检查结果图。

    例 Examples:

        perfkg validate 申报表.txt

        perfkg validate --format json --fail-on never

        perfkg validate 申报表.docx --format html -o 审核报告.html

        perfkg validate --shapes 本地规则.ttl --format xlsx -o findings.xlsx
    """
    from perfkg.reviewing import rules_for

    settings = settings_for(store, lang)
    _check_output(form, output)
    rules = rules_for(settings, shapes or ())
    whole = True
    if files:
        review, whole = _review_files(files, rules, settings, engine)
        _show(review, form, output, settings, whole=whole)
    else:
        from perfkg.asking import open_to_write
        from perfkg.reviewing import review_and_keep
        from perfkg.validation.pieces import processes

        with (
            open_to_write(settings, create=False) as target,
            target.write() as writer,
        ):
            review = review_and_keep(writer, rules, settings, engine, processes())
            # Within the transaction, since the report shows forms from the data it reviewed.
            _show(review, form, output, settings, whole=whole)
    if not whole or _fails(review.findings, fail_on):
        raise typer.Exit(1)


def _check_output(form: ReportFormat, output: Path | None) -> None:
    """Refuse what cannot be written before anything is done.

    Raises:
        UsageError: the format does not fit where it would go.
    """
    if form is ReportFormat.TABLE and output is not None:
        raise UsageError(
            "table 只用于终端；写入文件请选 json、turtle、xlsx 或 html",
            "table is for the terminal; choose json, turtle, xlsx or html for a file",
        )
    if form is ReportFormat.XLSX and output is None and console.is_terminal():
        raise UsageError(
            "xlsx 不能显示在终端；请用 -o 指定文件",
            "xlsx cannot be shown on a terminal; name a file with -o",
        )


def _review_files(
    files: list[Path], rules: Shapes, settings: Settings, engine: EngineName
) -> tuple[Review, bool]:
    """Return the review of files and whether every file was read whole."""
    from perfkg.cli.documents import read_paths
    from perfkg.reviewing import review_documents

    documents = read_paths(files, settings.limits)
    for read in documents:
        console.show_problems(read.document.name, read.problems, settings.lang)
    review = review_documents(documents, rules, settings, engine)
    return review, all(read.is_whole for read in documents)


def _show(
    review: Review, form: ReportFormat, output: Path | None, settings: Settings, *, whole: bool
) -> None:
    if form is not ReportFormat.TABLE:
        console.write_bytes(_bytes(review, form, settings), output)
    elif review.findings:
        from perfkg.validation.report import to_table

        console.show(to_table(review.findings, settings.lang))
    elif whole:  # of a file that was not read whole, it cannot be said that nothing was found
        from perfkg.validation.words import NO_FORMS, NOTHING

        console.note(NOTHING if review.forms else NO_FORMS, settings.lang)


def _bytes(review: Review, form: ReportFormat, settings: Settings) -> bytes:
    from perfkg.validation import html_report, report, shacl_report, xlsx_report

    match form:
        case ReportFormat.JSON:
            return report.to_json(review.findings).encode()
        case ReportFormat.TURTLE:
            return shacl_report.to_turtle(review.findings, settings.base).encode()
        case ReportFormat.XLSX:
            return xlsx_report.to_xlsx(review, settings.lang)
        case _:
            return html_report.to_html(review, settings.lang)


def _fails(findings: list[Finding], fail_on: FailOn) -> bool:
    from perfkg.validation.findings import SEVERITIES

    if fail_on is FailOn.NEVER:
        return False
    names = [name.lower() for name in SEVERITIES]
    reached = set(names[: names.index(fail_on.value) + 1])
    return any(finding.severity.lower() in reached for finding in findings)
