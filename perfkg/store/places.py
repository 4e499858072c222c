"""Which query may run now: a few places for quick queries, more for long ones, a queue before.

Most queries take milliseconds, a few take until the time limit, and nobody knows which is which
before they run. Therefore every query begins in a quick place. After `PATIENCE` it moves to a long
place, where it has lower priority and no longer stands in the way. If all long places are taken it
stays, until others wait and it has run for `OVERSTAY`: then it is stopped, and its sender may come
again. A text that took long before begins in a long place, or waits for one; the shortest goes
first. So as many queries at once as there are quick places get the processor to themselves,
however many long ones there are.

Nothing here does anything: it decides, under a lock that the caller holds.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from perfkg.processes import WorkerProcess

PATIENCE: Final = 0.2
"""Seconds after which a query counts as long."""
OVERSTAY: Final = 0.5
"""Seconds that a query may stay in a quick place while others wait; and what is remembered."""
_NICE: Final = ((3.0, 19), (1.0, 10), (PATIENCE, 5))
"""Seconds of running, and the nice value from then on."""
_REMEMBERED: Final = 1_000


@dataclass(eq=False, slots=True)
class Ticket:
    """One query on its way.

    Attributes:
        key: stands for its text.
        client: who asks.
        timeout: seconds that it may wait, and run.
        expected: seconds that this text took before, if that was long.
        since: when it came, and once it runs, when that began.
        worker: what it runs in.
        is_long: whether it is in a long place.
        nice: the nice value that it has.
        verdict: why it was stopped, if it was.
        granted: the worker, for whoever waits for it.
    """

    key: int
    client: str | None
    timeout: float
    expected: float | None
    since: float
    worker: WorkerProcess | None = None
    is_long: bool = False
    nice: int = 0
    verdict: Exception | None = None
    granted: Future[WorkerProcess] = field(default_factory=Future)

    @property
    def given(self) -> WorkerProcess:
        """The worker, now that it has one."""
        if self.worker is None:
            raise RuntimeError("the ticket has no worker yet")
        return self.worker


class Places:
    """Who runs and who waits.

    Args:
        workers: queries that may run at once.
        queue: queries that may wait.
    """

    def __init__(self, workers: int, queue: int) -> None:
        """Nobody runs yet."""
        self.quick = max(1, min(os.cpu_count() or 1, workers // 2))
        self.long = workers - self.quick
        self.running: set[Ticket] = set()
        self.waiting: list[Ticket] = []
        self._queue = queue
        self._long_running = 0
        self._took: OrderedDict[int, float] = OrderedDict()

    def ticket(self, text: str, client: str | None, timeout: float, now: float) -> Ticket:
        """Return the ticket of a query that has just come."""
        key = hash(text)
        return Ticket(key, client, timeout, self._took.get(key), now)

    def is_free(self, ticket: Ticket) -> bool:
        """Whether there is a place for it."""
        if ticket.expected is not None and self.long:
            return self._long_running < self.long
        return len(self.running) - self._long_running < self.quick

    def has_room(self, ticket: Ticket) -> bool:
        """Whether it may wait; those that are known to take long fill half of the queue at most."""
        if ticket.expected is None:
            return len(self.waiting) < self._queue
        return sum(other.expected is not None for other in self.waiting) < self._queue // 2

    def begin(self, ticket: Ticket, worker: WorkerProcess, now: float) -> None:
        """Let it run."""
        ticket.worker, ticket.since = worker, now
        self.running.add(ticket)
        if ticket.expected is not None and self.long:
            self._make_long(ticket)

    def end(self, ticket: Ticket, now: float) -> None:
        """Give its place back, and remember it if it took long."""
        self.running.discard(ticket)
        self._long_running -= ticket.is_long
        took = now - ticket.since
        if took >= OVERSTAY:
            self._took[ticket.key] = took
            self._took.move_to_end(ticket.key)
            if len(self._took) > _REMEMBERED:
                self._took.popitem(last=False)
        elif ticket.expected is not None:
            self._took.pop(ticket.key, None)

    def may_begin(self, ticket: Ticket, idle: int) -> bool:
        """Whether it may run, when so many workers are idle: the long leave one for each quick."""
        kept = 0 if ticket.expected is None or not self.long else self._quick_free()
        return idle > kept and self.is_free(ticket)

    def _quick_free(self) -> int:
        return max(0, self.quick - (len(self.running) - self._long_running))

    def next(self, idle: int) -> Ticket | None:
        """Return the one of those who wait that may run now, if so many workers are idle.

        The quick go by the number that their client has running, the long by what they took
        before; those who are alike go in the order in which they came.
        """
        if not self.waiting or not idle:
            return None
        fitting = [ticket for ticket in self.waiting if self.may_begin(ticket, idle)]
        if not fitting:
            return None
        busy: dict[str | None, int] = {}
        for running in self.running:
            busy[running.client] = busy.get(running.client, 0) + 1
        return min(fitting, key=lambda one: (one.expected or 0, busy.get(one.client, 0)))

    def wanted(self) -> int:
        """Return how many more workers would let those run who wait and may."""
        long = sum(ticket.expected is not None for ticket in self.waiting) if self.long else 0
        long_free = max(0, min(long, self.long - self._long_running))
        if long_free:
            return self._quick_free() + long_free
        return min(len(self.waiting) - long, self._quick_free())

    def grown(self, now: float) -> Iterator[tuple[Ticket, int]]:
        """Yield who has run for so long that the nice value must rise, and the new one.

        On the way they are moved to long places as far as there are any.
        """
        for ticket in self.running:
            age = now - ticket.since
            nice = next((nice for seconds, nice in _NICE if age >= seconds), 0)
            if nice and not ticket.is_long and self._long_running < self.long:
                self._make_long(ticket)
            if nice > ticket.nice:
                ticket.nice = nice
                yield ticket, nice

    def overstaying(self, now: float) -> list[Ticket]:
        """Return who must make room for those who wait."""
        if not self.long or not any(ticket.expected is None for ticket in self.waiting):
            return []
        return [
            ticket
            for ticket in self.running
            if not ticket.is_long and now - ticket.since >= OVERSTAY
        ]

    def _make_long(self, ticket: Ticket) -> None:
        ticket.is_long = True
        self._long_running += 1
