"""The result of a saved query as a page shows it: names with links, money in a unit that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

from perfkg.queries import SavedQuery
from perfkg.queries.model import ColumnKind
from perfkg.results import readable
from perfkg.results.readable import LABEL
from perfkg.server.browse.filing import wanted
from perfkg.server.browse.lists import Listed, listed
from perfkg.server.browse.view import View, money_text
from perfkg.server.texts import rows_cut
from perfkg.store.base import GraphResult, Row, SelectResult

PAGE: Final = 200
"""Rows of one page of a result; the files have them all."""
FILTER: Final = "_filter"
SORT: Final = "_sort"
ORDER: Final = "_order"
OWN: Final = frozenset((FILTER, SORT, ORDER, "page"))
"""What the address says about the table and not about the query."""
_MOST_SERIES: Final = 6
_MOST_POINTS: Final = 2_000
"""Rows that a chart is drawn of; `charts.js` draws no more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the address of the page about it."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    Attributes:
        name: of its variable. heading: what it is called. is_numeric: how it is aligned.
        sort: address of the page sorted by it. order: `ascending`, `descending` or "".
    """

    name: str
    heading: str
    is_numeric: bool
    sort: str
    order: str


@dataclass(frozen=True, slots=True)
class QueryTable:
    """One page of a result.

    Attributes:
        heads: the columns. page: its rows. is_cut: whether the row limit cut the result.
        told: how many rows there are, and whether these are all.
        count: rows of the whole result.
    """

    heads: tuple[Head, ...]
    page: Listed[tuple[Cell, ...]]
    is_cut: bool
    told: str
    count: int


def query_table(view: View, query: SavedQuery, result: SelectResult | GraphResult) -> QueryTable:
    """Return the page of a result that the address asks for."""
    table = readable(result, view.language, query.columns)
    names = shown_names(query, result)
    rows = list(result.rows) if isinstance(result, SelectResult) else []
    variables = result.variables if isinstance(result, SelectResult) else ()
    texts = [_with_money(view, query, names, row) for row in table.rows]
    order = _order(view, names, texts)
    path = f"/queries/{query.name}"
    shown = listed(view, order, path, PAGE)
    cells = [
        tuple(
            Cell(text, _href(view, name, variables, rows[number]) if rows else None)
            for name, text in zip(names, texts[number], strict=True)
        )
        for number in shown.rows
    ]
    told = rows_cut(len(texts)).into(view.language) if table.truncated else shown.told
    return QueryTable(
        heads=tuple(
            _head(view, path, name, column.heading, column.is_numeric)
            for name, column in zip(names, table.columns, strict=True)
        ),
        page=Listed(cells, shown.count, shown.told, shown.previous, shown.next),
        is_cut=table.truncated,
        told=told,
        count=len(texts),
    )


def shown_names(query: SavedQuery, result: SelectResult | GraphResult) -> list[str]:
    """Return the variables that people see, as `perfkg.results.readable` chooses them."""
    if isinstance(result, GraphResult):
        return ["subject", "predicate", "object"]
    return [
        name
        for name in result.variables
        if f"{name}{LABEL}" not in result.variables
        and (not query.columns or {name, name.removesuffix(LABEL)} & set(query.columns))
    ]


def _with_money(
    view: View, query: SavedQuery, names: Sequence[str], row: tuple[str, ...]
) -> tuple[str, ...]:
    """Write amounts in the unit that fits."""
    return tuple(
        money_text(number, view.language)
        if query.kinds.get(name) is ColumnKind.MONEY and (number := _number(text)) is not None
        else text
        for name, text in zip(names, row, strict=True)
    )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _order(view: View, names: Sequence[str], texts: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the numbers of the rows that the filter leaves, in the order asked for."""
    looked_for = wanted(view.text(FILTER))
    order = [n for n, row in enumerate(texts) if looked_for in wanted("\n".join(row))]
    if view.text(SORT) in names:
        column = names.index(view.text(SORT))
        down = view.text(ORDER) == "desc"
        order.sort(key=lambda n: _rank(texts[n][column]), reverse=down)
    return order


def _rank(text: str) -> tuple[int, Decimal, str]:
    """Return a key by which numbers, also those with a unit of money, stand before words."""
    number, _, unit = text.partition(" ")
    value = _number(number)
    if value is None:
        return (1, Decimal(), text)
    return (0, value * _TIMES.get(unit, Decimal(1)), unit)


_TIMES: Final = {
    "亿元": Decimal(10**8),
    "万元": Decimal(10**4),
    "billion yuan": Decimal(10**9),
    "million yuan": Decimal(10**6),
}


def _href(view: View, name: str, variables: Sequence[str], row: Row) -> str | None:
    """Return the page about what a cell names: its own IRI, or that of its column of IRIs."""
    base = name.removesuffix(LABEL)
    at = base if base in variables else name
    term = row[variables.index(at)]
    return view.page_of(term.value) if isinstance(term, ox.NamedNode) else None


def _head(view: View, path: str, name: str, heading: str, is_numeric: bool) -> Head:
    sorted_by = view.text(SORT) == name
    down = view.text(ORDER) == "desc"
    kept = {
        k: v for k, v in view.request.query_params.items() if k not in ("lang", "page", SORT, ORDER)
    }
    turned = "desc" if (sorted_by and not down) or (not sorted_by and is_numeric) else ""
    order = ("descending" if down else "ascending") if sorted_by else ""
    address = view.link(path, **kept, **{SORT: name, ORDER: turned})
    return Head(name, heading, is_numeric, address, order)


def chart_of(view: View, query: SavedQuery, result: SelectResult) -> dict[str, Any] | None:
    """Return what `charts.js` draws, as the head of the query hints; None without a hint."""
    chart = query.chart
    if chart is None or not {chart.x, chart.y} <= set(result.variables):
        return None
    at = {name: result.variables.index(name) for name in result.variables}
    headings = {
        name: query.columns[base].into(view.language)
        for name in (chart.x, chart.y)
        if (base := name if name in query.columns else name.removesuffix(LABEL)) in query.columns
    }
    kept = result.rows[:_MOST_POINTS]
    points = [(_plain(row[at[chart.x]]), _plain(row[at[chart.y]]), row) for row in kept]
    if chart.series in at and chart.kind in ("bar", "line"):
        parted = [(x, y, str(_plain(row[at[chart.series]]))) for x, y, row in points]
        names = list(dict.fromkeys(name for _, _, name in parted))[:_MOST_SERIES]
        if len(names) > 1:
            return {
                "kind": chart.kind, "x": chart.x, "y": names, "columns": [chart.x, *names],
                "rows": _pivot(parted, names), "headings": headings,
            }  # fmt: skip
    return {
        "kind": chart.kind, "x": chart.x, "y": chart.y, "columns": [chart.x, chart.y],
        "rows": [[x, y] for x, y, _ in points], "headings": headings,
    }  # fmt: skip


def _pivot(points: list[tuple[Any, Any, str]], names: Sequence[str]) -> list[list[Any]]:
    """Return one row for each place on the axis, with one value for each series."""
    found: dict[Any, dict[str, Any]] = {}
    for x, y, name in points:
        found.setdefault(x, {})[name] = y
    return [[x, *(values.get(name) for name in names)] for x, values in found.items()]


def _plain(term: object) -> str | float | None:
    if not isinstance(term, ox.Literal | ox.NamedNode):
        return None
    number = _number(term.value) if isinstance(term, ox.Literal) else None
    is_year = isinstance(term, ox.Literal) and term.datatype.value.endswith("#gYear")
    return term.value if number is None or is_year else float(number)
