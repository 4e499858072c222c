"""A result on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.table import Table
from rich.text import Text as Words

from perfkg.messages import Language, Text
from perfkg.results.cells import as_rows, is_numeric, words
from perfkg.store.base import AskResult, QueryResult, Row, Term

LABEL: Final = "Label"
"""The column `unitLabel` holds the name of what the column `unit` identifies."""


def table(
    result: QueryResult, language: Language, headings: Mapping[str, Text] | None = None
) -> Table:
    """Lay a result out for reading: names instead of IRIs, numbers to the right.

    Args:
        result: what the query answered.
        language: of the headings and of the closing line.
        headings: for a column (by variable) what it is called; without it the variable.
    """
    if isinstance(result, AskResult):
        return _truth(result, language)
    columns, rows = as_rows(result)
    shown = [name for name in columns if f"{name}{LABEL}" not in columns]
    grid = Table(show_lines=False)
    for name in shown:
        numeric = is_numeric([row[columns.index(name)] for row in rows])
        grid.add_column(
            Words(_heading(name, columns, language, headings or {})),
            justify="right" if numeric else "left",
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(Words(words(_cell(name, columns, row))) for name in shown))
    closing = _closing(len(rows), result.truncated)
    grid.caption = Words(closing.into(language), style="bold" if result.truncated else "dim")
    grid.caption_justify = "left"
    return grid


def _heading(
    name: str, columns: tuple[str, ...], language: Language, headings: Mapping[str, Text]
) -> str:
    base = name.removesuffix(LABEL) if name.removesuffix(LABEL) in columns else name
    given = headings.get(name) or headings.get(base)
    return given.into(language) if given else base


def _cell(name: str, columns: tuple[str, ...], row: Row) -> Term | None:
    """Return what stands in a column of names, or the IRI where there is no name."""
    term = row[columns.index(name)]
    base = name.removesuffix(LABEL)
    if term is None and base != name and base in columns:
        return row[columns.index(base)]
    return term


def _closing(count: int, truncated: bool) -> Text:
    if truncated:
        return Text(
            f"结果在 {count} 行处截断：后面还有，请缩小范围或提高行数上限",
            f"cut at {count} rows: there are more; narrow the question or raise the row limit",
        )
    return Text(f"共 {count} 行", f"{count} rows")


def _truth(result: AskResult, language: Language) -> Table:
    grid = Table(show_header=False)
    answer = Text("是", "yes") if result.value else Text("否", "no")
    grid.add_row(answer.into(language))
    return grid
