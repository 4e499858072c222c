"""A result on a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Words

from perfkg.messages import Language, Text
from perfkg.results.readable import readable
from perfkg.store.base import AskResult, QueryResult


def table(
    result: QueryResult, language: Language, headings: Mapping[str, Text] | None = None
) -> RenderableType:
    """Lay a result out for reading: names instead of IRIs, numbers to the right.

    Args:
        result: what the query answered.
        language: of the headings and of the closing line.
        headings: for a column (by variable) what it is called, as `readable` takes them.
    """
    if isinstance(result, AskResult):
        return _truth(result, language)
    content = readable(result, language, headings)
    grid = Table()
    for column in content.columns:
        grid.add_column(
            Words(column.heading),
            justify="right" if column.is_numeric else "left",
            overflow="fold",
        )
    for row in content.rows:
        grid.add_row(*(Words(cell) for cell in row))
    closing = _closing(len(content.rows), content.truncated).into(language)
    return Group(grid, Words(closing, style="bold" if content.truncated else "dim"))


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
