"""Giving values to variables of a query without touching its text anywhere else.

The values become terms written by the RDF library, in a VALUES block that stands first in the
outermost group of WHERE. What a person typed is therefore never SPARQL.

A subselect is a scope of its own, which no value from outside reaches. A subselect that uses a
variable with a value therefore gets a block of its own, unless it computes the variable itself
(`… AS ?year`). So a variable with a value has it wherever the query names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.errors import QuerySyntaxError
from perfkg.sparql.tokens import Kind, Token, position, significant

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
    tokens = list(significant(query))
    places = [(_where(query, tokens), frozenset(values)), *_subselects(tokens, frozenset(values))]
    for place, names in sorted(places, reverse=True):
        query = f"{query[:place]} {_block(values, sorted(names))}{query[place:]}"
    return query


def _block(values: Mapping[str, Term], names: Sequence[str]) -> str:
    variables = " ".join(f"?{name}" for name in names)
    terms = " ".join(str(values[name]) for name in names)
    return f"VALUES ({variables}) {{ ({terms}) }}"


@dataclass(slots=True)
class _Subselect:
    """A subselect while its tokens pass: where it began, and what it uses and computes."""

    braces: int
    parentheses: int
    opening: int | None = None
    used: set[str] = field(default_factory=set)
    computed: set[str] = field(default_factory=set)


def _subselects(
    tokens: Sequence[Token], names: frozenset[str]
) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield for each subselect the offset behind its opening brace and what it needs there."""
    open_ones: list[_Subselect] = []
    braces = parentheses = 0
    before = ""
    for token in tokens:
        text = token.text
        if token.word == "SELECT" and braces:
            open_ones.append(_Subselect(braces, parentheses))
        inner = open_ones[-1] if open_ones else None
        if text == "{":
            braces += 1
            if inner and inner.opening is None and parentheses == inner.parentheses:
                inner.opening = token.end
        elif text == "}":
            braces -= 1
            if inner and braces < inner.braces:
                open_ones.pop()
                needed = frozenset((inner.used & names) - inner.computed)
                if inner.opening is not None and needed:
                    yield inner.opening, needed
        elif text in "()":
            parentheses += 1 if text == "(" else -1
        elif inner and token.kind is Kind.VARIABLE:
            (inner.computed if before == "AS" else inner.used).add(text[1:])
        before = token.word


def _where(query: str, tokens: Sequence[Token]) -> int:
    """Return the offset just behind the brace that opens the outermost group of WHERE.

    A group inside parentheses belongs to an expression (`EXISTS { … }` in a projection), and the
    braces directly behind CONSTRUCT are its template.
    """
    before = ""
    depth = 0
    for token in tokens:
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
