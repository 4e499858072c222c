"""Giving values to variables of a query without touching its text anywhere else.

The values become terms written by the RDF library, in a VALUES block that stands first in the
outermost group of WHERE. What a person typed is therefore never SPARQL.

A subselect is a scope of its own: the block reaches a variable inside it only when the subselect
projects that variable. The writer of a query sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.errors import QuerySyntaxError
from perfkg.sparql.tokens import Kind, position, significant

Term: TypeAlias = ox.NamedNode | ox.Literal
"""What a value from outside can be: an IRI or a literal, never a blank node."""

_OPENING: Final = frozenset(("(", "{", "[", "<<("))
_CLOSING: Final = frozenset((")", "}", "]", ")>>"))


def bind(query: str, values: Mapping[str, Term]) -> str:
    """Return `query` with its variables bound to terms.

    Args:
        query: a query that passed `check_query`.
        values: for each variable (without `?`) its term; the order does not matter.

    Raises:
        QuerySyntaxError: the query has no group that could hold the values.

    >>> bind("ASK { ?s ?p ?o }", {"o": ox.Literal('"} DROP ALL')})
    'ASK { VALUES (?o) { ("\\\\"} DROP ALL") } ?s ?p ?o }'
    """
    if not values:
        return query
    names = sorted(values)
    variables = " ".join(f"?{name}" for name in names)
    terms = " ".join(str(values[name]) for name in names)
    opening = _where(query)
    return f"{query[:opening]} VALUES ({variables}) {{ ({terms}) }}{query[opening:]}"


def _where(query: str) -> int:
    """Return the offset just behind the brace that opens the outermost group of WHERE.

    A group inside parentheses belongs to an expression (`EXISTS { … }` in a projection), and the
    braces directly behind CONSTRUCT are its template.
    """
    before = ""
    depth = 0
    for token in significant(query):
        text = token.text if token.kind is Kind.MARK else token.word
        if text == "{" and depth == 0 and before != "CONSTRUCT":
            return token.end
        if text == "WHERE" and before == "CONSTRUCT":
            break
        if text in _OPENING:
            depth += 1
        elif text in _CLOSING:
            depth -= 1
        before = text
    raise _no_group(query)


def _no_group(query: str) -> QuerySyntaxError:
    line, column = position(query, len(query))
    return QuerySyntaxError(
        "查询没有可放参数的 WHERE { … }（CONSTRUCT 请写出模板）",
        "the query has no WHERE { … } that could hold its parameters "
        "(write out the template of a CONSTRUCT)",
        line=line,
        column=column,
    )
