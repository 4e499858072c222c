"""A pool of worker processes that answer queries with a time limit."""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from perfkg.errors import PerfkgError, QueryError, QueryTimeout, StoreBusy
from perfkg.processes import Died, Late, NeverStarted, WorkerProcess
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import QueryResult
from perfkg.store.worker import Answer, Request, Started

DEFAULT_WORKERS: Final = 2
DEFAULT_MEMORY: Final = 4 << 30


def _answer(worker: WorkerProcess, request: Request) -> Answer:
    """Send a request and wait for the answer, not longer than its deadline."""
    reply = cast("Answer | Started", worker.begin(request))
    if not isinstance(reply, Started):
        return reply
    return cast("Answer", worker.receive(request.timeout))


class QueryPool:
    """Answers queries in worker processes, each on the newest generation; thread-safe.

    Args:
        path: the folder of the store.
        workers: how many queries may run at once; a process is started when it is needed.
        memory: bytes of address space that a worker may use.
    """

    def __init__(
        self, path: Path, workers: int = DEFAULT_WORKERS, *, memory: int = DEFAULT_MEMORY
    ) -> None:
        """Make room for the workers; none is started yet."""
        self._path = path
        self._memory = memory
        self._living: set[WorkerProcess] = set()
        self._lock = threading.Lock()
        self._closed = False
        # A slot holds an idle worker, or None where one is yet to be started.
        self._slots: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        for _ in range(workers):
            self._slots.put(None)
        self._finalizer = weakref.finalize(self, _kill_all, self._living)

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
        """Answer a query.

        Raises:
            QueryTimeout: it was stopped after `timeout` seconds.
            QuerySyntaxError, QueryError: it does not parse, or cannot be run.
            StoreBusy: no worker became free within `timeout` seconds.
        """
        answer = self._ask(
            Request(text, timeout, max_rows, dict(prefixes or {}), dataset, base_iri)
        )
        if isinstance(answer, PerfkgError):
            raise answer
        return answer

    def _ask(self, request: Request) -> Answer:
        worker = self._take(request.timeout)
        healthy = False
        try:
            answer = None
            if worker is not None:
                with suppress(NeverStarted):  # it died while it was idle
                    answer = _answer(worker, request)
            if answer is None:
                if worker is not None:
                    self._end(worker)
                worker = self._start()
                answer = _answer(worker, request)
            healthy = True
            return answer
        except Late as error:
            raise _timeout(request.timeout) from error
        except Died as error:
            raise _died() from error
        except NeverStarted as error:
            raise QueryError(
                "查询进程无法启动，可能是内存不足。",
                "the query process could not start; memory may be short.",
            ) from error
        finally:
            if worker is not None and not healthy:
                self._end(worker)
            self._slots.put(worker if healthy else None)

    def _take(self, timeout: float) -> WorkerProcess | None:
        try:
            return self._slots.get(timeout=timeout)
        except queue.Empty as error:
            raise StoreBusy(
                "同时运行的查询太多，请稍后再试。",
                "too many queries are running at once. Try again in a moment.",
            ) from error

    def _start(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise QueryError("库已经关闭。", "the store is closed.")
            worker = WorkerProcess("perfkg.store.worker", str(self._path), memory=self._memory)
            self._living.add(worker)
            return worker

    def _end(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._living.discard(worker)
        worker.discard()

    def processes(self) -> list[int]:
        """Return the process ids of the living workers."""
        with self._lock:
            return sorted(worker.pid for worker in self._living)

    def close(self) -> None:
        """Stop every worker; a query that still runs fails with QueryError."""
        with self._lock:
            self._closed = True
            self._finalizer()


def _kill_all(workers: set[WorkerProcess]) -> None:
    for worker in workers:
        worker.kill()
    workers.clear()


def _timeout(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        f"查询运行 {seconds:g} 秒后被停止，没有部分结果。请缩小范围（先限定年度、单位或指标，"
        "避免跨全部数据的 FILTER），或调大 PERFKG_TIMEOUT。",
        f"the query was stopped after {seconds:g} s; there is no partial result. Narrow it (fix "
        "the year, the unit or the indicator first, avoid a FILTER over all data), or raise "
        "PERFKG_TIMEOUT.",
    )


def _died() -> QueryError:
    return QueryError(
        "查询使引擎耗尽内存或嵌套过深，已被终止。请缩小范围或简化查询。",
        "the query made the engine run out of memory or nest too deeply, and was ended. Narrow "
        "or simplify it.",
    )
