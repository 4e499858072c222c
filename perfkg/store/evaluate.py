"""One query on one database: its result as data, its failure as an error for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from perfkg.errors import QueryError
from perfkg.sparql.dataset import Dataset
from perfkg.sparql.syntax import syntax_error, unknown_function
from perfkg.store.base import AskResult, GraphResult, QueryResult, SelectResult


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
    with explained(text, prefixes):
        found = found_in(database, text, prefixes=prefixes, dataset=dataset, base_iri=base_iri)
        return collect(found, max_rows)


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
def explained(text: str, prefixes: Mapping[str, str] | None = None) -> Iterator[None]:
    """Turn what the engine raises while it runs the query `text` into errors for a person."""
    try:
        yield
    except SyntaxError as error:
        raise syntax_error(text, str(error), prefixes or {}) from error
    except MemoryError as error:
        raise QueryError(
            "查询结果超出内存上限。请缩小范围，例如加 LIMIT。",
            "the result does not fit into memory. Narrow the query, for instance with LIMIT.",
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        if (explained := unknown_function(text, str(error))) is not None:
            raise explained from error
        raise QueryError(f"查询无法执行：{error}", f"the query cannot be run: {error}") from error


def collect(
    found: QuerySolutions | QueryBoolean | Iterable[Triple], max_rows: int | None
) -> QueryResult:
    """Return the result of a query, cut at `max_rows`."""
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
