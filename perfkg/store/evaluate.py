"""One query on one database: its result as data, its failure as an error for a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Final

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from perfkg.errors import QueryError, QuerySyntaxError
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import AskResult, GraphResult, QueryResult, SelectResult

_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KEYWORD: Final = re.compile(r"\w+")
_ANYTHING: Final = "[_]"
_WIDTH: Final = 100
_REASONS: Final = {
    "Prefix not found": ("前缀没有声明", "the prefix is not declared"),
    "The SELECT contains a variable that is unbound": (
        "SELECT 中有变量在查询体内没有出现，或没有分组",
        "SELECT names a variable that the query does not bind or group by",
    ),
    "Duplicated variable name in SELECT": (
        "SELECT 中有重复的变量",
        "SELECT names a variable twice",
    ),
    "The SELECT overrides an existing variable using an expression": (
        "SELECT 中 AS 后面的变量已经存在",
        "the variable after AS in SELECT exists already",
    ),
    "IRI parsing failed": ("IRI 不完整或有误", "an IRI is relative or malformed"),
}
_NO_REASON: Final = ("从此处起不符合 SPARQL 语法", "SPARQL does not allow what begins here")


def evaluate(
    database: Store,
    text: str,
    *,
    max_rows: int | None = None,
    prefixes: Mapping[str, str] | None = None,
    dataset: Dataset | None = None,
    base_iri: str | None = None,
) -> QueryResult:
    """Run a query to its end or to `max_rows`.

    Raises:
        QuerySyntaxError: it does not parse.
        QueryError: the engine gave up on it.
    """
    with explained(text):
        found = found_in(database, text, prefixes=prefixes, dataset=dataset, base_iri=base_iri)
        return _collect(found, max_rows)


def found_in(
    database: Store,
    text: str,
    *,
    prefixes: Mapping[str, str] | None = None,
    dataset: Dataset | None = None,
    base_iri: str | None = None,
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Begin to run a query; what goes wrong is told by the engine (see `explained`)."""
    return database.query(
        text,
        prefixes=dict(prefixes or {}),
        base_iri=base_iri,
        default_graph=[NamedNode(iri) for iri in dataset.default] if dataset else None,
        named_graphs=[NamedNode(iri) for iri in dataset.named] if dataset else None,
    )


@contextmanager
def explained(text: str) -> Iterator[None]:
    """Turn what the engine raises while it runs the query `text` into errors for a person."""
    try:
        yield
    except SyntaxError as error:
        raise syntax_error(text, str(error)) from error
    except MemoryError as error:
        raise QueryError(
            "查询结果超出内存上限。请缩小范围，例如加 LIMIT。",
            "the result does not fit into memory. Narrow the query, for instance with LIMIT.",
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"查询无法执行：{error}", f"the query cannot be run: {error}") from error


def _collect(
    found: QuerySolutions | QueryBoolean | QueryTriples, max_rows: int | None
) -> QueryResult:
    if isinstance(found, QueryBoolean):
        return AskResult(bool(found))
    limit = None if max_rows is None else max_rows + 1
    if isinstance(found, QuerySolutions):
        variables = tuple(variable.value for variable in found.variables)
        rows = tuple(tuple(solution) for solution in islice(found, limit))
        return SelectResult(variables, rows[:max_rows], len(rows) == limit)
    triples = distinct(found, limit)
    return GraphResult(triples[:max_rows], len(triples) == limit)


def distinct(found: Iterable[Triple], limit: int | None) -> tuple[Triple, ...]:
    """Return the first triples, each once, up to `limit`."""
    seen: dict[Triple, None] = {}
    for triple in found:
        seen[triple] = None
        if len(seen) == limit:
            break
    return tuple(seen)


def syntax_error(text: str, message: str) -> QuerySyntaxError:
    """Turn the engine's message about `text` into one that shows the place and the line."""
    line, column = _place(text, message)
    zh, en = next((reason for known, reason in _REASONS.items() if known in message), _NO_REASON)
    excerpt = _excerpt(text, line, column)
    return QuerySyntaxError(f"{zh}：\n{excerpt}", f"{en}:\n{excerpt}", line=line, column=column)


def _place(text: str, message: str) -> tuple[int, int]:
    """Return line and column of the first thing that cannot be right.

    The engine's parser reports how far it looked. Where it expected nothing but keywords, it
    looked ahead by the length of each: what it looked at begins that much earlier.
    """
    found = _PLACE.match(message)
    if found is None:
        return 1, 1
    line, column = int(found[1]), int(found[2])
    expected = [part for part in found[3].split(", ") if part != _ANYTHING]
    if not expected or not all(map(_KEYWORD.fullmatch, expected)):
        return line, column
    before = text.split("\n")[: line - 1]
    reached = sum(len(part) + 1 for part in before) + column - 1
    start = max(0, reached - min(map(len, expected)))
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _excerpt(text: str, line: int, column: int) -> str:
    """Return the offending line, cut to a readable width, and a caret below the column."""
    lines = text.split("\n")
    whole = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    before = whole[start : column - 1].replace("\t", " ")
    after = whole[column - 1 : start + _WIDTH].replace("\t", " ")
    return f"{before}{after}\n{' ' * sum(map(_cells, before))}^"


def _cells(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
