"""The text of a query, read without its structure: `$PATH`, and fixed regular expressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from perfkg.sparql.tokens import Kind, Token, significant


@lru_cache(maxsize=2)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a query: each is read for several things, one after the other."""
    return tuple(significant(text))


def name_of(variable: Token) -> str:
    """Return the name of a variable without its sign."""
    return variable.text[1:]


def with_path(text: str, path: str) -> str:
    """Replace `$PATH` by a property path."""
    pieces = []
    end = 0
    for token in tokens_of(text):
        if token.kind is Kind.VARIABLE and name_of(token) == "PATH":
            pieces += [text[end : token.start], path]
            end = token.end
    return "".join((*pieces, text[end:]))


def uses_path(text: str) -> bool:
    """Tell whether a query names `$PATH`."""
    return any(t.kind is Kind.VARIABLE and name_of(t) == "PATH" for t in tokens_of(text))


def regexes(text: str) -> Iterator[tuple[str, str]]:
    """Yield pattern and flags, as SPARQL strings, of REGEX and REPLACE where they are fixed."""
    tokens = tokens_of(text)
    for index, token in enumerate(tokens):
        if token.word in ("REGEX", "REPLACE"):
            arguments = _arguments(tokens, index + 2)
            fixed = [
                a[0].text if len(a) == 1 and a[0].kind is Kind.STRING else None for a in arguments
            ]
            flags_at = 2 if token.word == "REGEX" else 3
            pattern = fixed[1] if len(fixed) > 1 else None
            flags = fixed[flags_at] if len(fixed) > flags_at else '""'
            if pattern is not None and flags is not None:
                yield pattern, flags


def _arguments(tokens: Sequence[Token], start: int) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    depth = 1
    for token in tokens[start:]:
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            break
        if token.text == "," and depth == 1:
            found.append([])
        else:
            found[-1].append(token)
    return found
