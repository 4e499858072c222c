"""A result as people read it: names instead of IRIs, headings in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from perfkg.messages import Language, Text
from perfkg.results.cells import as_rows, is_numeric, words
from perfkg.store.base import GraphResult, Row, SelectResult, Term

LABEL: Final = "Label"
"""The column `unitLabel` holds the name of what the column `unit` identifies."""

_GROUPED: Final = 5
"""Digits from which on a number is grouped; a year has four."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, and whether it holds numbers and nothing else."""

    heading: str
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class Readable:
    """The columns that are worth showing and the words of every cell."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    truncated: bool


def readable(
    result: SelectResult | GraphResult,
    language: Language,
    headings: Mapping[str, Text] | None = None,
) -> Readable:
    """Lay a result out for reading.

    Args:
        result: what the query answered.
        language: of the headings.
        headings: for a column (by variable) what it is called; where there are any, a column
            without one is for programs and is left out.
    """
    names, rows = as_rows(result)
    shown = [name for name in names if is_shown(name, names, headings or {})]
    columns = tuple(
        Column(
            heading_of(name, names, language, headings or {}),
            is_numeric([row[names.index(name)] for row in rows]),
        )
        for name in shown
    )
    cells = tuple(tuple(_words(_cell(name, names, row)) for name in shown) for row in rows)
    return Readable(columns, cells, result.truncated)


def is_shown(name: str, names: tuple[str, ...], headings: Mapping[str, Text]) -> bool:
    """Whether people see a column: its name, not its IRI; and what the headings leave out, not."""
    if f"{name}{LABEL}" in names:
        return False
    return not headings or name in headings or name.removesuffix(LABEL) in headings


def _words(term: Term | None) -> str:
    """Return a term as people read it; from five digits on, a number is grouped."""
    text = words(term)
    if not is_numeric([term]):
        return text
    whole, point, fraction = text.partition(".")
    digits = whole.lstrip("+-")
    if not digits.isdecimal() or len(digits) < _GROUPED:
        return text
    return f"{int(whole):,}{point}{fraction}"


def heading_of(
    name: str, names: tuple[str, ...], language: Language, headings: Mapping[str, Text]
) -> str:
    """Return what a column is called in one language; a column of names like what it names."""
    base = name.removesuffix(LABEL) if name.removesuffix(LABEL) in names else name
    given = headings.get(name) or headings.get(base)
    return given.into(language) if given else base


def _cell(name: str, names: tuple[str, ...], row: Row) -> Term | None:
    """Return what stands in a column of names, or the IRI where there is no name."""
    term = row[names.index(name)]
    base = name.removesuffix(LABEL)
    if term is None and base != name and base in names:
        return row[names.index(base)]
    return term
