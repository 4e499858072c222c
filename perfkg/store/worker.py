"""What runs in a worker process: one query at a time, read-only, within limits.

The engine cannot cancel a query, ends the process when memory runs out and may overflow its
stack; here nothing of that hurts anybody. Only `workers.py` starts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Never

from perfkg.confined import end_after, end_never
from perfkg.errors import PerfkgError
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import QueryResult
from perfkg.store.snapshot import Newest


@dataclass(frozen=True, slots=True)
class Request:
    """A query for a worker."""

    text: str
    timeout: float
    max_rows: int | None
    prefixes: dict[str, str]
    dataset: Dataset | None = None
    base_iri: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The worker has opened the current generation and begins to work on the query."""


Answer = QueryResult | PerfkgError


def work(connection: Connection, folder: str) -> Never:
    """Answer requests on the store in a folder until the pipe is closed."""
    newest = Newest(Path(folder))
    while True:
        _serve(connection, newest)


def _serve(connection: Connection, newest: Newest) -> None:
    request: Request = connection.recv()
    try:
        snapshot = newest.snapshot()
        connection.send(Started())
        end_after(request.timeout)
        answer: Answer = snapshot.query(
            request.text,
            max_rows=request.max_rows,
            prefixes=request.prefixes,
            dataset=request.dataset,
            base_iri=request.base_iri,
        )
    except PerfkgError as error:
        answer = error
    connection.send(answer)
    end_never()
