"""The workers of a pool and the thread that looks after them."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Final

from perfkg import forking
from perfkg.errors import PerfkgError, QueryError, QueryTimeout, StoreBusy
from perfkg.processes import START_TIMEOUT, Died, Late, WorkerProcess, fresh
from perfkg.store.base import Figures, PoolSize
from perfkg.store.places import Asking, Places, Ticket
from perfkg.store.priority import lower
from perfkg.store.worker import Reply

_MODULE: Final = "perfkg.store.worker"

_SUDDEN: Final = 0.25
"""Seconds within which the death of a worker may have had nothing to do with its query."""
_TICK: Final = 0.01
"""Seconds between two looks at what runs, at most."""
_SHORT: Final = 0.001
"""Seconds between two looks at what runs, at least."""
_RESTLESS: Final = 1.0
"""Seconds after the last query when the keeper stops looking; waking it costs more than a look."""
_REST: Final = 2.0
"""Seconds without a spare worker after one could not be started."""


class Crew:
    """Starts workers, gives them to queries, and ends both in time; thread-safe.

    Args:
        path: the folder of the store.
        size: how much it may use.
    """

    def __init__(self, path: Path, size: PoolSize) -> None:
        """Start nothing yet."""
        self.size = size
        self.figures = Figures()
        self._path = path
        self._places = Places(size.workers, size.queue, size.spare)
        self._idle: list[WorkerProcess] = []
        self._living: dict[WorkerProcess, int] = {}
        """Each worker that is ready or busy, and the thread of its next query."""
        self._starting = 0
        self._young: set[WorkerProcess] = set()
        """Those of the starting ones that exist already."""
        self._ended: list[WorkerProcess] = []
        self._change = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._keeper_rests = False
        self._last = 0.0
        self._no_spare_before = 0.0
        self._is_closed = False
        self._template = forking.Template(_MODULE) if forking.is_possible() else None

    # -- for those who ask ----------------------------------------------------------------------

    def enter(self, asking: Asking) -> Ticket:
        """Return a ticket for one attempt, which has its worker or waits for one.

        Raises:
            StoreBusy: too many wait already.
        """
        with self._change:
            if self._is_closed:
                raise closed()
            now = self._last = time.monotonic()
            ticket = self._places.ticket(asking)
            if self._may_begin(ticket):
                self._places.begin(ticket, self._idle.pop(), now)
            elif self._places.is_free(ticket) or self._places.has_room(ticket):
                self._places.waiting.append(ticket)
            else:
                self.figures.refused += 1
                raise too_busy()
            self._wake()
            return ticket

    def leave(self, ticket: Ticket, reply: Reply | None) -> WorkerProcess | None:
        """Give back the place of a ticket, and its worker.

        Args:
            ticket: one that had its worker.
            reply: what the worker said; None when it must not be used again.

        Returns:
            The worker that the caller has to discard.
        """
        worker = ticket.worker
        with self._change:
            self._places.end(ticket, time.monotonic())
            lost = None
            if worker is not None and worker in self._living:
                if reply is None:
                    del self._living[worker]
                    lost = worker
                else:
                    self._living[worker] = reply.thread
                    self._idle.append(worker)
                    self.figures.answered += 1
            else:
                lost = worker
            self._grant()
            self._wake()
            return lost

    def withdraw(self, ticket: Ticket) -> None:
        """Forget a ticket that may have got its worker in the meantime, without having used it."""
        with self._change:
            if ticket in self._places.waiting:
                self._places.waiting.remove(ticket)
            elif ticket.worker is not None and ticket in self._places.running:
                self._places.end(ticket, time.monotonic())
                if ticket.worker in self._living:
                    self._idle.append(ticket.worker)
                self._grant()

    def explain(self, ticket: Ticket, error: Died) -> None:
        """Raise why the worker of a ticket ended, unless another attempt is due.

        That is so when the query had to make room, and when the worker died at once: perhaps from
        what was before, but not twice.
        """
        if ticket.is_displaced:
            return
        if ticket.verdict is not None:
            raise ticket.verdict from error
        self.count("died")
        ticket.asking.deaths += 1
        if ticket.asking.deaths > 1 or time.monotonic() - ticket.since > _SUDDEN:
            raise died() from error

    def discard_later(self, worker: WorkerProcess) -> None:
        """End a worker without waiting for that."""
        worker.stop()
        worker.close()
        with self._change:
            self._ended.append(worker)
            self._wake()

    def count(self, name: str) -> None:
        """Add one to a figure."""
        with self._change:
            setattr(self.figures, name, getattr(self.figures, name) + 1)

    def now(self) -> Figures:
        """Return the figures of this moment."""
        with self._change:
            self.figures.running = len(self._places.running)
            self.figures.waiting = len(self._places.waiting)
            self.figures.workers = len(self._living)
            return self.figures

    def processes(self) -> list[int]:
        """Return the process ids of the living workers."""
        with self._change:
            return sorted(worker.pid for worker in (*self._living, *self._young))

    def warm(self) -> None:
        """Start the spare workers now."""
        with self._change:
            self._wake()

    def close(self) -> None:
        """End every worker; whoever waits for one fails."""
        with self._change:
            self._is_closed = True
            for ticket in self._places.running:
                ticket.verdict, ticket.is_displaced = ticket.verdict or closed(), False
            for ticket in self._places.waiting:
                _fail(ticket, closed())
            self._places.waiting.clear()
            ending = [*self._living, *self._young, *self._ended]
            self._ended = []
            self._living.clear()
            self._idle.clear()
            self._change.notify_all()
        for worker in ending:
            worker.kill()
        if self._template is not None:
            self._template.close()

    # -- with the lock held ---------------------------------------------------------------------

    def _wake(self) -> None:
        """Let the keeper look, unless it does that soon anyway."""
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, daemon=True, name="perfkg-keeper")
            self._keeper.start()
        elif self._keeper_rests or self._missing() > 0:
            self._change.notify_all()

    def _may_begin(self, ticket: Ticket) -> bool:
        return self._places.may_begin(ticket, len(self._idle))

    def _grant(self) -> None:
        """Give idle workers to those who wait."""
        while (ticket := self._places.next(len(self._idle))) is not None:
            self._places.waiting.remove(ticket)
            if ticket.granted.set_running_or_notify_cancel():
                worker = self._idle.pop()
                self._places.begin(ticket, worker, time.monotonic())
                ticket.granted.set_result(worker)

    def _missing(self) -> int:
        """Return how many workers should be started."""
        if self._is_closed:
            return 0
        spare = self.size.spare if time.monotonic() >= self._no_spare_before else 0
        wanted = len(self._places.running) + self._places.wanted() + spare
        most = self.size.workers + self.size.spare
        # Those who are told to end may take a while, and shall not pile up.
        most -= max(0, len(self._ended) - self.size.workers)
        lacking = min(wanted, most) - len(self._living) - self._starting
        # Starting takes the processor, so that many at once would keep those who work from it.
        at_once = 1 if self._idle else self._places.quick
        return min(lacking, at_once - self._starting)

    # -- the keeper -----------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._change:
                if self._is_closed:
                    return
                missing = max(0, self._missing())
                self._starting += missing
                # Nobody waits for them: who has a low priority may take seconds to die.
                self._ended = [worker for worker in self._ended if not worker.is_gone()]
                if not missing:
                    places = self._places
                    quiet = not (places.running or places.waiting or self._ended)
                    self._keeper_rests = quiet and time.monotonic() - self._last > _RESTLESS
                    tick = max(_SHORT, min(_TICK, places.due(time.monotonic())))
                    self._change.wait(None if self._keeper_rests else tick)
                    self._keeper_rests = False
                for worker in self._look(time.monotonic()):
                    worker.stop()
            for _ in range(missing):
                threading.Thread(target=self._start, daemon=True).start()

    def _look(self, now: float) -> list[WorkerProcess]:
        """Lower priorities, and return the workers that must be ended now."""
        for ticket, nice in self._places.grown(now):
            self._lower(ticket, nice)
        for ticket in [one for one in self._places.waiting if self._has_waited(one.asking, now)]:
            self._places.waiting.remove(ticket)
            self.figures.refused += 1
            _fail(ticket, too_busy())
        stopped = []
        for ticket in self._places.running:
            timeout = ticket.asking.timeout
            if now - ticket.since >= timeout and not ticket.is_stopped:
                ticket.verdict = timed_out(timeout)
                self.figures.timed_out += 1
                stopped.append(ticket.worker)
        for ticket in self._places.overdue(now):
            if not ticket.is_stopped:
                ticket.is_displaced = True
                self.figures.displaced += 1
                stopped.append(ticket.worker)
        return [worker for worker in stopped if worker is not None]

    def _has_waited(self, asking: Asking, now: float) -> bool:
        """Whether a query has waited too long, which is not before there is a worker at all."""
        most = asking.timeout if self._living else max(asking.timeout, START_TIMEOUT)
        return now - asking.since > most

    def _lower(self, ticket: Ticket, nice: int) -> None:
        thread = self._living.get(ticket.worker) if ticket.worker else None
        if thread is not None:
            lower(thread, nice)

    def _start(self) -> None:
        """Start a worker and give it to who waits; tell who waits when that fails."""
        worker, reply = None, None
        try:
            worker = self._new_worker()
            reply = None if self._is_closed else worker.receive(START_TIMEOUT)
        except (Died, Late, OSError):
            reply = None
        with self._change:
            self._starting -= 1
            if worker is not None:
                self._young.discard(worker)
            if worker is not None and isinstance(reply, Reply) and not self._is_closed:
                self._living[worker] = reply.thread
                self._idle.append(worker)
                self._grant()
                return
            self._no_spare_before = time.monotonic() + _REST
            ticket = self._places.next(self.size.workers)
            if ticket is not None and not self._is_closed:
                self._places.waiting.remove(ticket)
                _fail(ticket, _no_start())
        if worker is not None:
            worker.discard()

    def _new_worker(self) -> WorkerProcess:
        starter, memory = self._template or fresh, self.size.memory
        worker = WorkerProcess(_MODULE, str(self._path), memory=memory, starter=starter)
        with self._change:
            self._young.add(worker)
        return worker


def _fail(ticket: Ticket, error: PerfkgError) -> None:
    if ticket.granted.set_running_or_notify_cancel():
        ticket.granted.set_exception(error)


def reply_of(worker: WorkerProcess) -> Reply:
    """Return what a worker says next.

    Raises:
        Died: it ended.
    """
    said = worker.receive(None)
    if not isinstance(said, Reply):
        raise Died
    return said


def died() -> QueryError:
    """Return the error for a query that ended its worker."""
    return QueryError(
        "查询使引擎耗尽内存或嵌套过深，已被终止。请缩小范围或简化查询。",
        "the query made the engine run out of memory or nest too deeply, and was ended. Narrow "
        "or simplify it.",
    )


def closed() -> QueryError:
    """Return the error for a query on a store that was closed."""
    return QueryError("库已经关闭。", "the store is closed.")


def too_busy() -> StoreBusy:
    """Return the error for a query that is turned away."""
    return StoreBusy(
        "同时运行的查询太多，请稍后再试。",
        "too many queries are running at once. Try again in a moment.",
    )


def timed_out(seconds: float) -> QueryTimeout:
    """Return the error for a query that was stopped at the time limit."""
    return QueryTimeout(
        f"查询运行 {seconds:g} 秒后被停止，没有部分结果。请缩小范围（先限定年度、单位或指标，"
        "避免跨全部数据的 FILTER），或调大 PERFKG_TIMEOUT。",
        f"the query was stopped after {seconds:g} s; there is no partial result. Narrow it (fix "
        "the year, the unit or the indicator first, avoid a FILTER over all data), or raise "
        "PERFKG_TIMEOUT.",
    )


def _no_start() -> QueryError:
    return QueryError(
        "查询进程无法启动，可能是内存不足。",
        "the query process could not start; memory may be short.",
    )
