"""Asking a worker from a task: nothing is held while it waits or the query runs."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from perfkg.errors import PerfkgError
from perfkg.processes import Died, WorkerProcess
from perfkg.store.base import Told, Written
from perfkg.store.crew import Crew, reply_of
from perfkg.store.places import Asking, Ticket
from perfkg.store.worker import Reply, Write

_LONG_TEXT: Final = 50_000
"""Characters from which on a request may not fit into the pipe at once."""


async def attempt(crew: Crew, request: Write, asking: Asking) -> Written | None:
    """Let a worker answer; None when another attempt is due.

    When the task is cancelled, the query is stopped.

    Raises:
        QuerySyntaxError, QueryTimeout, ResultTooLarge, QueryError, StoreBusy: see `Store.answer`.
    """
    ticket = await _entered(crew, asking)
    worker = ticket.given
    reply, written = None, None
    try:
        await _send(worker, request)
        await _readable(worker)
        reply, written = _received(worker)
    except Died as error:
        crew.explain(ticket, error)
    except asyncio.CancelledError:
        crew.count("abandoned")
        raise
    finally:
        if crew.leave(ticket, reply) is not None:
            crew.discard_later(worker)
    if reply is not None and isinstance(reply.found, PerfkgError):
        raise reply.found
    return written


async def _entered(crew: Crew, asking: Asking) -> Ticket:
    ticket = crew.enter(asking)
    if ticket.worker is None:
        try:
            await asyncio.wrap_future(ticket.granted)
        except asyncio.CancelledError:
            crew.withdraw(ticket)
            raise
    return ticket


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
        # Some event loops (uvloop) make what they watch non-blocking.
        os.set_blocking(descriptor, True)


def _hear(heard: asyncio.Future[None]) -> None:
    if not heard.done():
        heard.set_result(None)


def _received(worker: WorkerProcess) -> tuple[Reply, Written | None]:
    """Take what a worker says, all of which is under way: it fits into the pipe."""
    reply = reply_of(worker)
    file = worker.receive_file() if reply.in_file else None
    if isinstance(reply.found, Told):
        return reply, Written(reply.found, file)
    return reply, None
