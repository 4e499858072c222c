"""The page of a saved query: its parameters with choices from the graph, chart, table, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from perfkg.asking import Answer
from perfkg.errors import ParameterError, PerfkgError
from perfkg.queries.model import Parameter, SavedQuery
from perfkg.queries.options import Options, options
from perfkg.server.browse.keeping import Kept
from perfkg.server.browse.query_table import FILTER, OWN, chart_of, query_table
from perfkg.server.browse.view import View
from perfkg.server.editor import without_head
from perfkg.store.base import AskResult, SelectResult, Store

_MOST: Final = 200
"""Options that a list offers; of more, the most used are proposed and any name may be typed."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as the page asks for it.

    Attributes:
        parameter: of the query. value: what it has now, "" for none.
        options: value and label of what it may be chosen from; none for what is typed.
        is_open: whether something else than the options may be typed.
    """

    parameter: Parameter
    value: str
    options: tuple[tuple[str, str], ...]
    is_open: bool


def query_page(view: View, answer: Answer, given: Mapping[str, str]) -> bytes:
    """Return the page of a query with its result.

    Args:
        answer: to the query with the parameters that were given.
        given: these parameters, as they stand in the address.
    """
    result, query = answer.result, answer.query
    return view.render(
        "query.html",
        query=query,
        given=given,
        fields=[_field(view, item, answer.arguments, given) for item in query.parameters],
        problem=None,
        sparql=without_head(answer.text),
        truth=result.value if isinstance(result, AskResult) else None,
        table=None if isinstance(result, AskResult) else query_table(view, query, result),
        chart=chart_of(view, query, result) if isinstance(result, SelectResult) else None,
        filter_name=FILTER,
        filtered=view.text(FILTER),
        own=[(k, v) for k, v in view.request.query_params.items() if k in OWN - {FILTER, "page"}],
    )


def refused_page(
    view: View, query: SavedQuery, given: Mapping[str, str], error: ParameterError
) -> bytes:
    """Return the page of a query that was not run: what is wrong, and the form as it was sent."""
    return view.render(
        "query.html",
        query=query,
        fields=[_field(view, item, given, given) for item in query.parameters],
        problem=error.message(view.language),
        sparql=None,
        truth=None,
        table=None,
        chart=None,
    )


def queries_page(view: View, errors: list[str]) -> bytes:
    """Return the list of the saved queries by theme; `errors` tell of files that are none."""
    return view.render("queries.html", themes=view.service.catalogue.by_theme(), errors=errors)


def _field(
    view: View, parameter: Parameter, arguments: Mapping[str, str], given: Mapping[str, str]
) -> Field:
    value = given.get(parameter.name, "")
    if parameter.name not in given:
        value = parameter.default or ""
    found = choices(view.service.store, view.kept, parameter)
    listed = [
        (item.value, _told(item.label.into(view.language), item.count)) for item in found.items
    ]
    if parameter.type == "iri" and not found.more:
        value = arguments.get(parameter.name, "") if value else ""
        if value and value not in dict(listed):
            listed.append((value, view.name(value)))
    elif parameter.type == "iri":
        listed = [(item.label.zh, _told("", item.count)) for item in found.items]
        if value.startswith(view.base):
            value = view.text_of(value).zh
    return Field(parameter, value, tuple(listed), found.more or parameter.type == "year")


def _told(label: str, count: int | None) -> str:
    return label if count is None else f"{label} ({count:,})".strip()


def choices(store: Store, kept: Kept, parameter: Parameter) -> Options:
    """Return what a parameter is chosen from, asked of the graph once for each generation."""
    kind = f"options {parameter.type} {parameter.of_class} {parameter.via} {parameter.choices}"
    try:
        return kept.once(kind, lambda: options(store, parameter, limit=_MOST))
    except PerfkgError:  # the result is there all the same, and a value can be typed
        return Options((), more=True)
