"""`perfkg validate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.cli.reading import map_documents, read_paths
from perfkg.errors import UsageError
from perfkg.messages import Text
from perfkg.settings import Settings
from perfkg.store import Store, open_store
from perfkg.validation.findings import SEVERITIES, Finding


class ReportFormat(StrEnum):
    """How findings are shown."""

    TABLE = "table"
    JSON = "json"
    TURTLE = "turtle"


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
    output: OutputOption = None,
    store: StoreOption = None,
) -> None:
    """用 SHACL 规则检查表格或整个库。 Check forms, or the whole store, with the SHACL rules.

    给出文件时只检查这些文件，不动库；不给文件时检查库，并把结果存入检查结果图。

    例 Examples:

        perfkg validate 申报表.txt

        perfkg validate --format json --fail-on never
    """
    settings = settings_for(store)
    whole = True
    if files:
        findings, whole = _validate_files(files, settings)
    else:
        with open_store(settings.store, base=settings.base) as target:
            findings = validate_and_keep(target, settings)
    _show(findings, form, output, settings, whole=whole)
    if not whole or _fails(findings, fail_on):
        raise typer.Exit(1)


def _validate_files(files: list[Path], settings: Settings) -> tuple[list[Finding], bool]:
    """Return the findings on files and whether every file was read whole."""
    from perfkg.validation.runner import validate_forms
    from perfkg.validation.shapes import load_shapes

    documents = read_paths(files, settings.limits)
    for read in documents:
        console.show_problems(read.document.name, read.problems, settings.lang)
    findings = validate_forms(map_documents(documents, settings), load_shapes())
    return findings, all(read.is_whole for read in documents)


def validate_and_keep(store: Store, settings: Settings) -> list[Finding]:
    """Check the store and put the findings into its validation graph."""
    from perfkg.validation.report import to_ntriples
    from perfkg.validation.runner import validate_store
    from perfkg.validation.shapes import load_shapes

    findings = validate_store(store, load_shapes())
    with store.write() as writer:
        writer.replace_graph(
            settings.identity.validation_graph, to_ntriples(findings, settings.base)
        )
    return findings


def _show(
    findings: list[Finding],
    form: ReportFormat,
    output: Path | None,
    settings: Settings,
    *,
    whole: bool,
) -> None:
    from perfkg.validation import report

    if form is ReportFormat.TABLE and output is not None:
        raise UsageError(
            "table 只用于终端；写入文件请选 json 或 turtle",
            "table is for the terminal; choose json or turtle for a file",
        )
    if form is ReportFormat.JSON:
        console.write_bytes(report.to_json(findings).encode(), output)
    elif form is ReportFormat.TURTLE:
        console.write_bytes(report.to_turtle(findings, settings.base).encode(), output)
    elif findings:
        console.show(report.to_table(findings, settings.lang))
    elif whole:  # of a file that was not read whole, it cannot be said that nothing was found
        console.note(
            Text("没有发现问题。", "Nothing was found."),
            settings.lang,
        )


def _fails(findings: list[Finding], fail_on: FailOn) -> bool:
    if fail_on is FailOn.NEVER:
        return False
    names = [name.lower() for name in SEVERITIES]
    reached = set(names[: names.index(fail_on.value) + 1])
    return any(finding.severity.lower() in reached for finding in findings)
