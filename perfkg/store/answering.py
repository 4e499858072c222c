"""One query on one database, answered as bytes in a standard format."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Final, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, Store, Triple

from perfkg.errors import UsageError
from perfkg.store.base import Question
from perfkg.store.evaluate import distinct, explained, found_in
from perfkg.store.graphs import GRAPH_FORMATS, graph_bytes
from perfkg.store.rows import Enough, RowWriter
from perfkg.store.spool import Spool

_TABLES: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}


def write_answer(database: Store, question: Question, out: Spool) -> tuple[int | None, bool]:
    """Run a query and write its result.

    Returns:
        How many rows or triples were written (None for ASK), and whether the row limit cut them.

    Raises:
        QuerySyntaxError, QueryError: it does not parse, or the engine gave up on it.
        ResultTooLarge: `out` takes no more.
        UsageError: the format cannot express this kind of result.
    """
    with explained(question.text):
        found = found_in(
            database, question.text, dataset=question.dataset, base_iri=question.base_iri
        )
        return write_found(found, question, out)


def write_found(
    found: QuerySolutions | QueryBoolean | Iterable[Triple], question: Question, out: Spool
) -> tuple[int | None, bool]:
    """Write what a query found, while it is being found; see `write_answer`."""
    if isinstance(found, QuerySolutions):
        if question.fmt in _TABLES:
            return _table(found, question, out)
    elif isinstance(found, QueryBoolean):
        if question.fmt in ("json", "xml"):
            out.write(found.serialize(format=_TABLES[question.fmt]) or b"")
            return None, False
    elif question.fmt in GRAPH_FORMATS:
        return _graph(found, question, out)
    raise UsageError(
        f"这种结果不能写成 {question.fmt}",
        f"this kind of result cannot be written as {question.fmt}",
    )


def _table(found: QuerySolutions, question: Question, out: Spool) -> tuple[int, bool]:
    rows = RowWriter(out, question.fmt, question.max_rows)
    with suppress(Enough):
        found.serialize(cast("IO[bytes]", rows), format=_TABLES[question.fmt])
        rows.finish()
        return rows.rows, False
    return rows.rows, True


def _graph(found: Iterable[Triple], question: Question, out: Spool) -> tuple[int, bool]:
    most = question.max_rows
    triples = distinct(found, None if most is None else most + 1)
    out.write(graph_bytes(triples[:most], question.fmt))
    return min(len(triples), most or len(triples)), most is not None and len(triples) > most
