"""Where one form of a document ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from perfkg.forms.dates import read_budget_year, read_fiscal_year, read_year_line
from perfkg.forms.heads import Head
from perfkg.forms.model import FormKind
from perfkg.layout import Layout
from perfkg.readers.grid import Grid, Row

_MOST_ROWS = 60
"""Rows between the second title of a form and its table."""

_LONGEST_LINE = 60

_NUMBER = re.compile(r"(?:附[件表])?\d{1,3}(?:-\d{1,2})?[.、：:]?|[一二三四五六七八九十]{1,3}、")
"""What numbers a title."""
_NUMBER_AND_TITLE = 2


@dataclass(slots=True)
class Section:
    """The rows from one form's title to the next."""

    kind: FormKind
    title: Row | None
    rows: list[Row] = field(default_factory=list)
    year_above: int | None = None
    """The fiscal year of the budget that the document says it belongs to."""


def sections(grid: Grid, layout: Layout) -> Iterator[Section]:
    """Yield the rows of each form; those before the first belong to none."""
    current: Section | None = None
    named = False
    above: Row | None = None
    year: int | None = None
    for index, printed in enumerate(grid.rows):
        row = _numbered_title(printed, layout)
        if row.is_prose:
            year = _year_of_budget(row) or year
        kind = layout.title(row.filled[0].text) if len(row.filled) == 1 else None
        if kind is not None and current is not None and _goes_on(grid, index, current, layout):
            current.rows.append(row)
            continue
        names = _names_project([row], layout)
        if kind is not None or (names and (current is None or named)):
            if current is not None:
                yield _ended(current, row)
            current = Section(kind, row, year_above=year) if kind else _untitled(current, year)
            named = names
            if kind is not None:
                continue
            if above is not None and _year_line(above):
                current.rows.append(above)
        named = named or names
        if current is not None:
            current.rows.append(row)
        above = row
    if current is not None:
        yield current


def _numbered_title(row: Row, layout: Layout) -> Row:
    """Return a title that white space parts from its number (127.  …绩效目标表) as one cell."""
    filled = row.filled
    if len(filled) != _NUMBER_AND_TITLE or not _NUMBER.fullmatch(filled[0].text):
        return row
    if layout.title(filled[1].text) is None:
        return row
    whole = replace(filled[0], text=filled[0].text + filled[1].text)
    return replace(row, cells=(whole,))


def _untitled(before: Section | None, year: int | None) -> Section:
    """Return the section of a form without a title, which is one more of the form above it."""
    if before is None:
        return Section(FormKind.TARGET, None, year_above=year)
    return Section(before.kind, None, year_above=_year_of_form(before) or year)


def _year_of_form(section: Section) -> int | None:
    """Return the fiscal year that a form states in its title or in a line of its own."""
    if section.title is None:
        return section.year_above
    lines = (year for row in section.rows if (year := _year_line(row)))
    return read_fiscal_year(section.title.filled[0].text) or next(lines, None)


def _ended(section: Section, following: Row) -> Section:
    """Return a section without the lines that lead to the next (附件2 on a sheet of its own)."""
    rows = section.rows
    end = len(rows)
    while end and rows[end - 1].block == following.block and len(rows[end - 1].filled) <= 1:
        end -= 1
    if end and rows[end - 1].block != following.block:
        del rows[end:]
    return section


def _goes_on(grid: Grid, index: int, current: Section, layout: Layout) -> bool:
    """Whether a title heads but the second part of a form: its goals and indicators.

    So it is where the part before has named the project and shown no table, and the part after
    shows the table and names none.
    """
    if not _names_project(current.rows, layout):
        return False
    # 年度绩效目标表 may head the second of a form's tables of indicators.
    heads_table = layout.horizon(grid.rows[index].filled[0].text) is not None
    if not heads_table and any(Head.find(row, layout) for row in current.rows):
        return False
    later = grid.rows[index + 1 :]
    table = next((i for i, row in enumerate(later[:_MOST_ROWS]) if Head.find(row, layout)), None)
    return table is not None and not _names_project(later[:table], layout)


def _names_project(rows: Sequence[Row], layout: Layout) -> bool:
    for row in rows:
        if "project_name" in [layout.meaning(cell.text).field for cell in row.filled]:
            return True
    return False


def _year_of_budget(row: Row) -> int | None:
    """Return the year of a line such as 云岭县2024年部门预算公开, or None."""
    text = row.cells[0].text
    if len(text) > _LONGEST_LINE or "预算" not in text:
        return None
    return read_budget_year(text)


def _year_line(row: Row) -> int | None:
    """Return the fiscal year that a row states if it states nothing else, or None.

    So does the line below a title, which may be lost.
    """
    filled = row.filled
    return read_year_line(filled[0].text) if len(filled) == 1 else None
