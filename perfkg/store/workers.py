"""A pool of worker processes that answer queries with a time limit."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from perfkg.errors import PerfkgError, QueryError
from perfkg.processes import Died, WorkerProcess
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import Figures, PoolSize, QueryResult, Question, Told, Written
from perfkg.store.crew import Crew
from perfkg.store.places import Ticket
from perfkg.store.worker import Fetch, Reply, Request, Write

_SUDDEN: Final = 0.25
"""Seconds within which the death of a worker may have had nothing to do with its query."""
_LONG_TEXT: Final = 50_000
"""Characters from which on a request may not fit into the pipe at once."""


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
        reply = self._ask(request, text) or self._ask(request, text)
        if reply is None:
            raise _died()
        if isinstance(reply.found, PerfkgError):
            raise reply.found
        assert not isinstance(reply.found, Told | None)  # noqa: S101 - not what was asked for
        return reply.found

    async def answer(
        self, question: Question, *, timeout: float, client: str | None = None
    ) -> Written:
        """Answer a query with bytes; see `Store.answer`."""
        request = Write(question, timeout, self._crew.size.answer)
        found = await self._ask_async(request, client) or await self._ask_async(request, client)
        if found is None:
            raise _died()
        return found

    # -- one attempt; None when the worker died at once, as one does that was dying before ------

    def _ask(self, request: Request, text: str) -> Reply | None:
        ticket = self._crew.enter(text, None, request.timeout)
        if ticket.worker is None:
            ticket.granted.result()
        worker = _worker_of(ticket)
        reply = None
        try:
            worker.send(request)
            reply = _reply(worker.receive(None))
        except Died as error:
            self._explain(ticket, error)
        finally:
            if self._crew.leave(ticket, reply) is not None:
                worker.discard()
        return reply

    async def _ask_async(self, request: Write, client: str | None) -> Written | None:
        ticket = await self._entered(request, client)
        worker = _worker_of(ticket)
        reply, written = None, None
        try:
            await _send(worker, request)
            await _readable(worker)
            reply, written = _received(worker)
        except Died as error:
            self._explain(ticket, error)
        except asyncio.CancelledError:
            self._crew.count("abandoned")
            raise
        finally:
            if self._crew.leave(ticket, reply) is not None:
                self._crew.discard_later(worker)
        if reply is not None and isinstance(reply.found, PerfkgError):
            raise reply.found
        return written

    async def _entered(self, request: Write, client: str | None) -> Ticket:
        ticket = self._crew.enter(request.question.text, client, request.timeout)
        if ticket.worker is None:
            try:
                await asyncio.wrap_future(ticket.granted)
            except asyncio.CancelledError:
                self._crew.withdraw(ticket)
                raise
        return ticket

    def _explain(self, ticket: Ticket, error: Died) -> None:
        """Raise why a worker ended, unless it ended at once."""
        if ticket.verdict is not None:
            raise ticket.verdict from error
        self._crew.count("died")
        if time.monotonic() - ticket.since > _SUDDEN:
            raise _died() from error

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


def _worker_of(ticket: Ticket) -> WorkerProcess:
    assert ticket.worker is not None  # noqa: S101 - granted
    return ticket.worker


def _reply(said: object) -> Reply:
    assert isinstance(said, Reply)  # noqa: S101 - a worker says nothing else
    return said


async def _send(worker: WorkerProcess, request: Write) -> None:
    if len(request.question.text) < _LONG_TEXT:
        worker.send(request)
    else:
        await asyncio.to_thread(worker.send, request)


async def _readable(worker: WorkerProcess) -> None:
    """Wait until a worker has something to say."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[None] = loop.create_future()
    descriptor = worker.fileno()
    loop.add_reader(descriptor, _hear, heard)
    try:
        await heard
    finally:
        loop.remove_reader(descriptor)


def _hear(heard: asyncio.Future[None]) -> None:
    if not heard.done():
        heard.set_result(None)


def _received(worker: WorkerProcess) -> tuple[Reply, Written | None]:
    """Take what a worker says, all of which is under way: it fits into the pipe."""
    reply = _reply(worker.receive(None))
    file = worker.receive_file() if reply.in_file else None
    if isinstance(reply.found, Told):
        return reply, Written(reply.found, file)
    return reply, None


def _died() -> QueryError:
    return QueryError(
        "查询使引擎耗尽内存或嵌套过深，已被终止。请缩小范围或简化查询。",
        "the query made the engine run out of memory or nest too deeply, and was ended. Narrow "
        "or simplify it.",
    )
