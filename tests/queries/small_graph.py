"""A graph in memory, asked through the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, prepare, resolve_arguments
from perfkg.sparql.fence import check_query
from perfkg.store.base import AskResult, GraphResult, QueryResult, SelectResult

Rows = list[dict[str, str]]


class Graph:
    """A graph in memory that answers as a store does."""

    def __init__(self, *files: Path) -> None:
        self.engine = ox.Store()
        for file in files:
            self.engine.bulk_load(path=str(file))

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> QueryResult:
        del timeout, max_rows
        check_query(text)
        answer = self.engine.query(text, prefixes=dict(prefixes or {}))
        if isinstance(answer, ox.QueryBoolean):
            return AskResult(bool(answer))
        if isinstance(answer, ox.QueryTriples):
            return GraphResult(tuple(answer), truncated=False)
        names = tuple(variable.value for variable in answer.variables)
        return SelectResult(names, tuple(tuple(row) for row in answer), truncated=False)

    def ask(self, catalogue: Catalogue, name: str, **arguments: str) -> Rows:
        """Return the rows of a saved query, each as the texts of its bound columns."""
        query = catalogue.get(name)
        text = prepare(query, resolve_arguments(self, query, arguments))
        result = self.query(text, prefixes=PREFIXES)
        assert isinstance(result, SelectResult)
        return [
            {
                column: term.value
                for column, term in zip(result.variables, row, strict=True)
                if isinstance(term, ox.Literal | ox.NamedNode)
            }
            for row in result.rows
        ]
