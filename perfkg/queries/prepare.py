"""Filling in the parameters of a saved query."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from perfkg.errors import ParameterError
from perfkg.queries.model import SavedQuery
from perfkg.queries.parts import needed
from perfkg.queries.values import EXPECTED, to_term
from perfkg.sparql.binding import bind


def prepare(query: SavedQuery, arguments: Mapping[str, str], offers: Collection[str] = ()) -> str:
    """Return the text of `query` with its parameters bound, without the parts that none needs.

    Args:
        query: from the catalogue.
        arguments: for each parameter what a person gave; an empty value counts as none. Names
            of things must have been resolved (`resolve_arguments`).
        offers: what the store has beside the graph, of `perfkg.queries.parts.OFFERS`.

    Raises:
        ParameterError: a parameter is unknown, missing or ill-typed.
    """
    given = effective(query, arguments)
    terms = {
        item.name: to_term(item, given[item.name])
        for item in query.parameters
        if item.name in given
    }
    return bind(needed(query.text, {*terms, *offers}), terms)


def effective(query: SavedQuery, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each parameter that has one: as given, else its default.

    Raises:
        ParameterError: a parameter is unknown or missing.
    """
    unknown = sorted(name for name in arguments if query.parameter(name) is None)
    if unknown:
        known = ", ".join(item.name for item in query.parameters)
        raise ParameterError(
            f"查询 {query.name} 没有参数 {unknown[0]}；它的参数：{known or '无'}",
            f"the query {query.name} has no parameter {unknown[0]}; it has {known or 'none'}",
        )
    values: dict[str, str] = {}
    for item in query.parameters:
        value = arguments.get(item.name, "").strip() or item.default
        if value is not None:
            values[item.name] = value
        elif not item.optional:
            expected, example = EXPECTED[item.type]
            raise ParameterError(
                f"查询 {query.name} 需要参数 {item.name}（{item.label.zh}）：{expected.zh}，"
                f"例如 {item.name}={example}",
                f"the query {query.name} needs the parameter {item.name} ({item.label.en}): "
                f"{expected.en}, for example {item.name}={example}",
            )
    return values
