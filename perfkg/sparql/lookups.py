"""Queries that cannot take long, whatever the data: a few statements about things they name."""

from __future__ import annotations

import re
from typing import Final

from perfkg.sparql.tokens import Kind, Token, significant

_MOST: Final = 2_000
"""Characters of a query that is looked at."""
_LETTERS: Final = {
    Kind.IRI: "i", Kind.NAME: "i", Kind.VARIABLE: "v",
    Kind.STRING: "l", Kind.NUMBER: "l", Kind.LANGUAGE: "@",
}  # fmt: skip
_WORDS: Final = {
    "PREFIX": "P", "BASE": "B", "SELECT": "S", "DISTINCT": "D", "REDUCED": "D", "ASK": "K",
    "DESCRIBE": "Q", "WHERE": "W", "LIMIT": "L", "OFFSET": "L", "A": "i", "TRUE": "l", "FALSE": "l",
}  # fmt: skip
_TRIPLE: Final = "i[iv](?:[iv]|l@?)"
_SHAPE: Final = re.compile(
    r"(?:Pii|Bi)*+"
    rf"(?:(?:SD?(?:v++|\*)|K)W?\{{{_TRIPLE}(?:\.{_TRIPLE})?\.?\}}(?:Ll){{0,2}}|Qi)"
)


def is_lookup(text: str) -> bool:
    """Whether a query asks for one or two statements whose subjects it names, and nothing else.

    What it costs is bounded by the statements about those subjects. A query that is no SPARQL may
    be taken for one: it costs nothing.

    >>> is_lookup("SELECT * { <http://e/a> ?p ?o } LIMIT 5")
    True
    >>> is_lookup("SELECT * { ?a ?p <http://e/a> }")
    False
    >>> is_lookup("ASK { <http://e/a> <http://e/b>+ ?o }")
    False
    """
    if len(text) > _MOST or "\\" in text:
        return False
    return _SHAPE.fullmatch("".join(map(_letter, significant(text)))) is not None


def _letter(token: Token) -> str:
    """Return one character that stands for a token; `x` for what no such query holds."""
    if token.kind is Kind.WORD:
        return _WORDS.get(token.word, "x")
    if token.kind is Kind.MARK:
        return token.text if token.text in "{}.*" else "x"
    return _LETTERS.get(token.kind, "x")
