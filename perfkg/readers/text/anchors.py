"""Where the parts of a form begin in text without separators: titles, heads, headings, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from perfkg.layout import Layout, load_layout
from perfkg.readers.text.words import Kind, plain
from perfkg.vocabulary import load_vocabulary

_YEAR = r"\(?(?:19|20)\d\d(?:年度?)?\)?"
_BRACKET = r"(?:\([^()]{1,10}\))?"
_FEWEST = 3
"""Labels of columns that a table's head has at least."""
_LEVELS = frozenset({"level1", "level2", "name"})
_BUDGETS = frozenset({"initial", "budget"})


class Column(NamedTuple):
    """A label in a table's head, and what stands below it."""

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """Patterns of what shows the parts of a form.

    Attributes:
        title: a title, with a year before or behind it.
        unit: the line that states the unit of money.
        remark: what stands below the table. total: the row that sums it up.
        heading: a heading of indicators.
        sure: labels that what stands beside them shows, with what kind of label they are: that of
            a period by the date behind it, that of all money by its unit, goals by the amount or
            the label before them.
    """

    title: re.Pattern[str]
    year: re.Pattern[str]
    unit: re.Pattern[str]
    remark: re.Pattern[str]
    total: re.Pattern[str]
    heading: re.Pattern[str]
    sure: tuple[tuple[re.Pattern[str], Kind], ...]
    _heads: re.Pattern[str]
    _money_heads: re.Pattern[str]
    _columns: dict[str, str]
    _money_columns: dict[str, str]

    @classmethod
    def of(cls, layout: Layout, headings: Iterable[str]) -> Anchors:
        """Compile the patterns."""
        parts = _any(part for part, _ in layout.titles)
        leads = _any(layout.title_leads)
        marks = _any(start for start in layout.remark_starts if len(start) > 2)
        columns = {plain(spelling): role for spelling, role in layout.columns.items()}
        money = {plain(spelling): role for spelling, role in layout.money_columns.items()}
        return cls(
            title=re.compile(rf"(?:{_YEAR}|{leads})*(?:{parts})"),
            year=re.compile(_YEAR),
            unit=re.compile(r"\(?(?:金额)?单位:?[千万亿]?元\)?"),
            remark=re.compile(rf"(?:{marks}|[备附]?注|说明)(?:\([^()]{{1,8}}\))?:"),
            total=re.compile(rf"(?:{_any(layout.totals)})(?=\d|$)"),
            heading=re.compile(_any(h for h in headings if h.endswith("指标"))),
            sure=tuple(_sure(layout)),
            _heads=_row_of(columns),
            _money_heads=_row_of(money),
            _columns=columns,
            _money_columns=money,
        )

    def heads(self, text: str, start: int, end: int) -> Iterator[list[Column]]:
        """Yield the heads of indicator tables between `start` and `end`."""
        for found in self._heads.finditer(text, start, end):
            tiles = _tiled(text, *found.span(), self._columns)
            if len({tile.role for tile in tiles} & _LEVELS) > 1:
                yield tiles

    def money_head(self, text: str, start: int, end: int) -> list[Column] | None:
        """Return the head of the money table of a self-evaluation."""
        for found in self._money_heads.finditer(text, start, end):
            tiles = _tiled(text, *found.span(), self._money_columns)
            if {tile.role for tile in tiles} & _BUDGETS:
                return tiles
        return None


def _sure(layout: Layout) -> Iterator[tuple[re.Pattern[str], Kind]]:
    period = _any(_of(layout.fields, "period"))
    yield re.compile(rf"(?:{period}):?(?=(?:19|20)\d\d)"), "field"
    sections = _any(_of(layout.funds, "section"))
    money = _any((*layout.funds, *layout.money_columns))
    yield re.compile(rf"(?:{sections})(?:\([千万亿]?元\)|(?={money}))"), "fund"
    goals = _any(layout.goals)
    yield re.compile(rf"(?:(?<=\d)|(?<=目标))(?:{goals}):?(?!的)"), "goal"


def _of(spellings: dict[str, str], wanted: str) -> list[str]:
    return [spelling for spelling, meaning in spellings.items() if meaning == wanted]


def _any(spellings: Iterable[str]) -> str:
    """Return a pattern of all spellings, the longest first."""
    ordered = sorted({plain(spelling) for spelling in spellings}, key=lambda s: (-len(s), s))
    return "|".join(map(re.escape, ordered))


def _row_of(columns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{_any(columns)}){_BRACKET}){{{_FEWEST},}}")


_SUFFIX = re.compile(_BRACKET)


def _tiled(text: str, start: int, end: int, roles: dict[str, str]) -> list[Column]:
    """Cut a head into its labels: as few as possible, but each role once where that can be.

    三级指标指标值单位 is a name, a value and a unit, not a name and 指标值单位.
    """
    best: dict[int, tuple[tuple[int, int], list[Column]]] = {start: ((0, 0), [])}
    for at in range(start, end):
        if at not in best:
            continue
        _, tiles = best[at]
        for size in range(2, end - at + 1):
            role = roles.get(text[at : at + size])
            if role is None:
                continue
            suffix = _SUFFIX.match(text, at + size, end)
            after = suffix.end() if suffix else at + size
            longer = [*tiles, Column(at, after, role)]
            worth = len({tile.role for tile in longer}), -len(longer)
            if after not in best or worth > best[after][0]:
                best[after] = worth, longer
    return best[max(best)][1]


@cache
def anchors() -> Anchors:
    """Return the patterns of the layout and the classification that ship with perfkg."""
    return Anchors.of(load_layout(), load_vocabulary().headings.by_spelling)
