"""Questions to a store elsewhere: as many at once as it may have, each within its time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pyoxigraph as ox

from perfkg.errors import PerfkgError, QueryError
from perfkg.sparql.dataset import Dataset
from perfkg.sparql.syntax import syntax_error
from perfkg.sparql.tokens import significant
from perfkg.store.answering import write_found
from perfkg.store.base import Figures, PoolSize, QueryResult, Question, Told, Written
from perfkg.store.crew import timed_out, too_busy
from perfkg.store.evaluate import collect
from perfkg.store.remote.connection import NO_LIMIT, Limit, OutOfTime, Refused
from perfkg.store.remote.ledger import Graphs
from perfkg.store.remote.service import Found, Service, with_head
from perfkg.store.spool import Spool

_REFUSALS = (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)


class Asking:
    """Sends queries; thread-safe.

    Args:
        service: the store. graphs: its graphs.
        version: tells the generation that a query is answered from.
    """

    def __init__(self, service: Service, graphs: Graphs, version: Callable[[], int]) -> None:
        """Start no thread yet."""
        self._service = service
        self._graphs = graphs
        self._version = version
        self._size = PoolSize()
        self._figures = Figures()
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def prepare(self, size: PoolSize) -> None:
        """Set how many queries may run and wait."""
        self._size = size

    def figures(self) -> Figures:
        """Return what became of the queries with a time limit."""
        return self._figures

    def close(self) -> None:
        """Let go of the threads."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def query(
        self,
        text: str,
        *,
        timeout: float | None,
        max_rows: int | None,
        prefixes: Mapping[str, str] | None,
        dataset: Dataset | None,
        base_iri: str | None,
    ) -> QueryResult:
        """Answer a query; see `Store.query`."""
        limit = NO_LIMIT if timeout is None else Limit(timeout)
        sent = with_head(text, prefixes, base_iri)

        def collected() -> QueryResult:
            with self._found(text, sent, dataset, limit, prefixes) as found:
                return collect(found, max_rows)

        try:
            return collected()
        except PerfkgError as error:
            failure = _without_frames(error)
        raise failure

    async def answer(self, question: Question, timeout: float) -> Written:
        """Answer a query with bytes; see `Store.answer`."""
        size, figures = self._size, self._figures
        with self._lock:
            if figures.running + figures.waiting >= size.workers + size.queue:
                figures.refused += 1
                raise too_busy()
            figures.waiting += 1
            if self._threads is None:
                self._threads = ThreadPoolExecutor(size.workers, "remote-query")
        stopped = threading.Event()
        latest = time.monotonic() + timeout
        running = self._threads.submit(self._attempt, question, timeout, latest, stopped)
        try:
            found = await asyncio.wrap_future(running)
        except asyncio.CancelledError:
            stopped.set()
            with self._lock:
                figures.abandoned += 1
                figures.waiting -= running.cancelled()
            raise
        if isinstance(found, PerfkgError):
            raise found
        return found

    def _attempt(
        self, question: Question, timeout: float, latest: float, stopped: threading.Event
    ) -> Written | PerfkgError:
        """Write an answer, or return why there is none."""
        try:
            return self._write(question, timeout, latest, stopped)
        except PerfkgError as error:
            return _without_frames(error)

    def _write(
        self, question: Question, timeout: float, latest: float, stopped: threading.Event
    ) -> Written:
        with self._running():
            if time.monotonic() > latest:
                with self._lock:
                    self._figures.refused += 1
                raise too_busy()
            version, out = self._version(), Spool(self._size.answer)
            sent = with_head(question.text, None, question.base_iri)
            limit = Limit(timeout, stopped)
            with self._found(question.text, sent, question.dataset, limit) as found:
                rows, truncated = write_found(found, question, out)
        body, file = out.finish()
        return Written(Told(version, rows, truncated, out.size, body), file)

    @contextmanager
    def _running(self) -> Iterator[None]:
        with self._lock:
            self._figures.waiting -= 1
            self._figures.running += 1
        try:
            yield
        finally:
            with self._lock:
                self._figures.running -= 1
                self._figures.answered += 1

    @contextmanager
    def _found(
        self,
        text: str,
        sent: str,
        dataset: Dataset | None,
        limit: Limit,
        prefixes: Mapping[str, str] | None = None,
    ) -> Iterator[Found]:
        """Give the answer to a query, and explain why there is none."""
        seen = dataset or (None if _chooses_graphs(text) else self._graphs.dataset())
        try:
            with self._service.found(sent, seen, limit) as found:
                yield found
        except OutOfTime as error:
            with self._lock:
                self._figures.timed_out += 1
            raise timed_out(limit.seconds or 0) from error
        except Refused as error:
            if error.status in _REFUSALS:
                raise _explained(text, prefixes or {}, error) from error
            raise


def _without_frames(error: PerfkgError) -> PerfkgError:
    """Return an error without traceback and cause.

    What the engine gives may not leave its thread, not even in the frames of a traceback.
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _chooses_graphs(text: str) -> bool:
    """Whether a query names its data set itself."""
    return "from" in text.lower() and any(token.word == "FROM" for token in significant(text))


def _explained(text: str, prefixes: Mapping[str, str], error: Refused) -> QueryError:
    """Return what is wrong with a query: our own parser tells the place, the store the rest."""
    try:
        ox.Store().query(text, prefixes=dict(prefixes))
    except SyntaxError as found:
        return syntax_error(text, str(found), prefixes)
    except (OSError, RuntimeError, ValueError):
        pass
    return QueryError(
        f"远程库不接受此查询：{error.said}",
        f"the remote store does not accept the query: {error.said}",
    )
