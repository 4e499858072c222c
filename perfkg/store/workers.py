"""A pool of worker processes that answer queries with a time limit."""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping
from pathlib import Path

from perfkg.errors import PerfkgError
from perfkg.processes import Died
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import Figures, PoolSize, QueryResult, Question, Told, Written
from perfkg.store.crew import Crew, reply_of
from perfkg.store.places import Asking
from perfkg.store.worker import Fetch, Reply, Write


class QueryPool:
    """Answers queries in worker processes, each on the newest generation.

    `query` is for threads and `answer` for tasks; they share the workers and the queue.

    Args:
        path: the folder of the store.
        size: how many may run and wait, and what each may use.
    """

    def __init__(self, path: Path, size: PoolSize | None = None) -> None:
        """Make room for the workers; none is started yet."""
        self._crew = Crew(path, size or PoolSize())
        self._finalizer = weakref.finalize(self, self._crew.close)

    def query(
        self,
        text: str,
        *,
        timeout: float,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
        dataset: Dataset | None = None,
        base_iri: str | None = None,
    ) -> QueryResult:
        """Answer a query with objects.

        Raises:
            QueryTimeout: it was stopped after `timeout` seconds.
            QuerySyntaxError, QueryError: it does not parse, or cannot be run.
            StoreBusy: too many wait, or no worker became free within `timeout` seconds.
        """
        request = Fetch(text, timeout, max_rows, dict(prefixes or {}), dataset, base_iri)
        reply, asking = None, Asking(text, None, timeout, time.monotonic())
        while reply is None:
            reply = self._ask(request, asking)
        if isinstance(reply.found, PerfkgError):
            raise reply.found
        assert not isinstance(reply.found, Told | None)  # noqa: S101 - not what was asked for
        return reply.found

    async def answer(
        self, question: Question, *, timeout: float, client: str | None = None
    ) -> Written:
        """Answer a query with bytes; see `Store.answer`."""
        request = Write(question, timeout, self._crew.size.answer)
        # Not above: the workers import this module too, and need no event loop.
        from perfkg.store.tasks import attempt

        asking = Asking(question.text, client, timeout, time.monotonic())
        found = None
        while found is None:
            found = await attempt(self._crew, request, asking)
        return found

    def _ask(self, request: Fetch, asking: Asking) -> Reply | None:
        """Make one attempt; None when another one is due."""
        ticket = self._crew.enter(asking)
        if ticket.worker is None:
            ticket.granted.result()
        worker = ticket.given
        reply = None
        try:
            worker.send(request)
            reply = reply_of(worker)
        except Died as error:
            self._crew.explain(ticket, error)
        finally:
            if self._crew.leave(ticket, reply) is not None:
                worker.discard()
        return reply

    # -- the pool itself ------------------------------------------------------------------------

    def warm(self) -> None:
        """Start the spare workers."""
        self._crew.warm()

    def figures(self) -> Figures:
        """Return what was done so far and what is done now."""
        return self._crew.now()

    def processes(self) -> list[int]:
        """Return the process ids of the living workers."""
        return self._crew.processes()

    def close(self) -> None:
        """Stop every worker; a query that still runs fails with QueryError."""
        self._finalizer()
