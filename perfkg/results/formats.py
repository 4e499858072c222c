"""The formats of a result: their names, media types, and what each can express."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from perfkg.errors import UsageError
from perfkg.store.base import AskResult, QueryResult, SelectResult


class ResultKind(Enum):
    """What a query gives, by its form."""

    ROWS = "SELECT"
    TRUTH = "ASK"
    TRIPLES = "CONSTRUCT"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a result.

    Attributes:
        name: as in `--format` and in the path of a page (`/queries/{name}.xlsx` differs only
            for Turtle, whose extension is `ttl`).
        media_type: without parameters.
        extension: of a file, without the dot.
        kinds: the results that it can express.
    """

    name: str
    media_type: str
    extension: str
    kinds: frozenset[ResultKind]


_ANY: Final = frozenset(ResultKind)
_ROWS: Final = frozenset((ResultKind.ROWS,))
_ANSWERS: Final = frozenset((ResultKind.ROWS, ResultKind.TRUTH))
_TRIPLES: Final = frozenset((ResultKind.TRIPLES,))

FORMATS: Final[dict[str, Format]] = {
    item.name: item
    for item in (
        Format("table", "text/plain", "txt", _ANY),
        Format("json", "application/sparql-results+json", "json", _ANSWERS),
        Format("xml", "application/sparql-results+xml", "xml", _ANSWERS),
        Format("csv", "text/csv", "csv", _ROWS),
        Format("tsv", "text/tab-separated-values", "tsv", _ROWS),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            _ANY,
        ),
        Format("turtle", "text/turtle", "ttl", _TRIPLES),
        Format("nt", "application/n-triples", "nt", _TRIPLES),
        Format("nq", "application/n-quads", "nq", _TRIPLES),
        Format("trig", "application/trig", "trig", _TRIPLES),
        Format("jsonld", "application/ld+json", "jsonld", _TRIPLES),
        Format("rdfxml", "application/rdf+xml", "rdf", _TRIPLES),
    )
}
"""Every format by its name, in the order in which they are offered."""


def kind_of(result: QueryResult) -> ResultKind:
    """Return what `result` is."""
    if isinstance(result, SelectResult):
        return ResultKind.ROWS
    return ResultKind.TRUTH if isinstance(result, AskResult) else ResultKind.TRIPLES


def find_format(name: str, kind: ResultKind) -> Format:
    """Return the format called `name` (or with that extension) if it can express `kind`.

    Raises:
        UsageError: there is no such format, or it cannot hold this kind of result.
    """
    able = ", ".join(item.name for item in FORMATS.values() if kind in item.kinds)
    for item in FORMATS.values():
        if name in (item.name, item.extension):
            if kind in item.kinds:
                return item
            raise UsageError(
                f"{kind.value} 查询的结果不能写成 {name}；可用：{able}",
                f"the result of a {kind.value} query cannot be written as {name}; use {able}",
            )
    raise UsageError(f"没有格式“{name}”；可用：{able}", f'no format "{name}"; use {able}')
