"""The engine's word about a text that it cannot read, as an error for a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from perfkg.errors import QuerySyntaxError
from perfkg.messages import Text
from perfkg.namespaces import XSD
from perfkg.sparql.guesses import missing_separator, overridden, star_of_groups, unbound
from perfkg.sparql.hints import about_iri, excerpt
from perfkg.sparql.mistakes import find_mistakes
from perfkg.sparql.reading import Mistake
from perfkg.sparql.tokens import Kind, position, significant

_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KEYWORD: Final = re.compile(r"\w+")
_ANYTHING: Final = "[_]"
_REASONS: Final = {
    "Prefix not found": Text("前缀没有声明", "the prefix is not declared"),
    "The SELECT contains a variable that is unbound": Text(
        "SELECT 中有变量在查询体内没有出现，或没有分组",
        "SELECT names a variable that the query does not bind or group by",
    ),
    "Duplicated variable name in SELECT": Text(
        "SELECT 中有重复的变量", "SELECT names a variable twice"
    ),
    "The SELECT overrides an existing variable using an expression": Text(
        "SELECT 中 AS 后面的变量已经存在", "the variable after AS in SELECT exists already"
    ),
    "IRI parsing failed": Text("IRI 不完整或有误", "an IRI is relative or malformed"),
}
_GUESSES: Final[dict[str, Callable[[str], Mistake | None]]] = {
    "The SELECT contains a variable that is unbound": unbound,
    "The SELECT overrides an existing variable using an expression": overridden,
    "SELECT * is not authorized with GROUP BY": star_of_groups,
}
_NO_REASON: Final = Text("从此处起不符合 SPARQL 语法", "SPARQL does not allow what begins here")
_FUNCTION: Final = re.compile(r"The custom function <([^>]*)> is not supported")
_CASTS: Final = (
    *("boolean", "double", "float", "decimal", "integer", "string", "date", "time", "dateTime"),
    *("duration", "yearMonthDuration", "dayTimeDuration"),
)


def syntax_error(
    text: str, message: str, prefixes: Mapping[str, str] | None = None
) -> QuerySyntaxError:
    """Return the error about `text` with its place, its line and a hint.

    The engine's parser says how far it looked, which is at or behind the mistake. What tokens
    alone show to be wrong up to there is the mistake; else it is where the engine stopped.

    Args:
        text: what was asked.
        message: what the engine says of it.
        prefixes: those that need no declaration.
    """
    start, reached = _place(text, message)
    found = next(iter(find_mistakes(text, reached, prefixes or {})), None)
    for known, guess in _GUESSES.items():
        if found is None and known in message:
            found = guess(text)
    if found is None:
        reasons = (reason for known, reason in _REASONS.items() if known in message)
        found = missing_separator(text, start) or Mistake(start, next(reasons, _NO_REASON))
    return error_about(text, found)


def error_about(text: str, mistake: Mistake) -> QuerySyntaxError:
    """Return the error that shows a mistake in its line."""
    line, column = position(text, mistake.offset)
    return QuerySyntaxError(
        mistake.reason.zh,
        mistake.reason.en,
        line=line,
        column=column,
        excerpt=excerpt(text, line, column),
        hint=mistake.hint,
    )


def unknown_function(text: str, message: str) -> QuerySyntaxError | None:
    """Return the error about a function that the engine does not have, if it tells of one."""
    found = _FUNCTION.search(message)
    if found is None:
        return None
    iri = found[1]
    local = re.split(r"[#/:]", iri)[-1]
    names = (
        token.start
        for token in significant(text)
        if token.text == f"<{iri}>"
        or (token.kind is Kind.NAME and token.text.endswith(f":{local}"))
    )
    casts = {f"{XSD}{name}": f"xsd:{name}" for name in _CASTS}
    reason = Text(f"没有函数 <{iri}>", f"there is no function <{iri}>")
    return error_about(text, Mistake(next(names, 0), reason, about_iri(iri, casts)))


def _place(text: str, message: str) -> tuple[int, int]:
    """Return the offset of the first thing that cannot be right, and how far the engine looked.

    Where it expected nothing but keywords, it looked ahead by the length of each: what it looked
    at begins that much earlier.
    """
    found = _PLACE.match(message)
    if found is None:
        return 0, len(text)
    line, column = int(found[1]), int(found[2])
    before = text.split("\n")[: line - 1]
    reached = sum(len(part) + 1 for part in before) + column - 1
    expected = [part for part in found[3].split(", ") if part != _ANYTHING]
    if not expected or not all(map(_KEYWORD.fullmatch, expected)):
        return reached, reached
    return max(0, reached - min(map(len, expected))), reached
