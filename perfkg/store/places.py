"""Which query may run now: a few places for quick queries, more for slower ones, a queue before.

Most queries take milliseconds, a few take until the time limit, and nobody knows which is which
before they run. Therefore the places are in lanes, and every query begins in the quickest one. Who
has run for longer than a lane is patient moves to a slower one, with the process that runs it, and
no longer stands in the way. If no place is free there it stays, until others wait for its place:
then it is displaced, which means that it is stopped and waits for a place in a slower lane, to
begin anew. A text that took long before begins there at once. So as many queries as there are
quick places get the processor to themselves, however many slow ones there are.

Nothing here does anything: it decides, under a lock that the caller holds.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import inf
from typing import Final

from perfkg.processes import WorkerProcess
from perfkg.store.priority import LAST

PATIENCE: Final = (0.02, 1.0)
"""Seconds after which a query no longer counts as quick, and no longer as middling."""
_OVERSTAY: Final = 3
"""How many times as long it may stay where it is before it is displaced: beginning anew is lost
work, and on a busy machine a quick query may take a little longer once."""
_NICE: Final = ((0.25, LAST), (PATIENCE[0], 5))
"""Seconds of running, and how far the priority is lowered from then on."""
_REMEMBERED: Final = 1_000


@dataclass(eq=False, slots=True)
class Asking:
    """A query that somebody wants answered, however many attempts that takes.

    Attributes:
        text: the query.
        client: who asks.
        timeout: seconds that it may wait for its turn, and that it may then run.
        since: when it came.
        expected: seconds that it took before, at least, if that was long.
        deaths: how often a worker died of it at once.
    """

    text: str
    client: str | None
    timeout: float
    since: float
    expected: float = 0
    deaths: int = 0

    @property
    def key(self) -> int:
        """Stands for the text."""
        return hash(self.text)


@dataclass(eq=False, slots=True)
class Ticket:
    """One attempt to answer a query.

    Attributes:
        asking: the query.
        since: when it began to run.
        lane: where it may begin; once it runs, where its place is.
        worker: what it runs in.
        nice: how far its priority was lowered.
        verdict: why the query was stopped, if it was for good.
        is_displaced: whether it was stopped to wait for another place.
        granted: the worker, for whoever waits for it.
    """

    asking: Asking
    lane: int
    since: float = 0
    worker: WorkerProcess | None = None
    nice: int = 0
    verdict: Exception | None = None
    is_displaced: bool = False
    granted: Future[WorkerProcess] = field(default_factory=Future)

    @property
    def is_stopped(self) -> bool:
        """Whether its worker was told to end."""
        return self.is_displaced or self.verdict is not None

    @property
    def given(self) -> WorkerProcess:
        """The worker, now that it has one."""
        if self.worker is None:
            raise RuntimeError("the ticket has no worker yet")
        return self.worker


@dataclass(slots=True)
class _Lane:
    """Places for queries that run no longer than `patience` seconds."""

    places: int
    patience: float
    taken: int = 0

    @property
    def free(self) -> int:
        return max(0, self.places - self.taken)


class Places:
    """Who runs and who waits.

    Args:
        workers: queries that may run at once.
        queue: queries that may wait.
    """

    def __init__(self, workers: int, queue: int) -> None:
        """Nobody runs yet."""
        self.quick = max(1, min(os.cpu_count() or 1, workers // 2))
        self.running: set[Ticket] = set()
        self.waiting: list[Ticket] = []
        self._lanes = _lanes(self.quick, workers - self.quick)
        self._queue = queue
        self._took: OrderedDict[int, float] = OrderedDict()

    def ticket(self, asking: Asking) -> Ticket:
        """Return the ticket for the next attempt at a query."""
        asking.expected = max(asking.expected, self._took.get(asking.key, 0))
        lanes = range(len(self._lanes))
        return Ticket(asking, next(n for n in lanes if asking.expected < self._lanes[n].patience))

    def is_free(self, ticket: Ticket) -> bool:
        """Whether there is a place for it."""
        return self._lane_for(ticket.lane) is not None

    def has_room(self, ticket: Ticket) -> bool:
        """Whether it may wait; those that are known to take long fill half of the queue at most."""
        if not ticket.lane:
            return len(self.waiting) < self._queue
        return sum(other.lane > 0 for other in self.waiting) < self._queue // 2

    def begin(self, ticket: Ticket, worker: WorkerProcess, now: float) -> None:
        """Let it run; there is a place for it."""
        ticket.worker, ticket.since = worker, now
        self.running.add(ticket)
        lane = self._lane_for(ticket.lane)
        ticket.lane = ticket.lane if lane is None else lane
        self._lanes[ticket.lane].taken += 1

    def end(self, ticket: Ticket, now: float) -> None:
        """Give its place back, and remember it if it took long."""
        self.running.discard(ticket)
        self._lanes[ticket.lane].taken -= 1
        asking, took = ticket.asking, now - ticket.since
        if took < PATIENCE[0]:
            self._took.pop(asking.key, None)
            return
        asking.expected = took
        self._took[asking.key] = took
        self._took.move_to_end(asking.key)
        if len(self._took) > _REMEMBERED:
            self._took.popitem(last=False)

    def may_begin(self, ticket: Ticket, idle: int) -> bool:
        """Whether it may run, when so many workers are idle: the slow leave one for each quick."""
        kept = self._lanes[0].free if ticket.lane else 0
        return idle > kept and self.is_free(ticket)

    def next(self, idle: int) -> Ticket | None:
        """Return the one of those who wait that may run now, if so many workers are idle.

        The quick go by the number that their client has running, the slow by what they took
        before; those who are alike go in the order in which they came.
        """
        if not self.waiting or not idle:
            return None
        fitting = [ticket for ticket in self.waiting if self.may_begin(ticket, idle)]
        if not fitting:
            return None
        busy: dict[str | None, int] = {}
        for running in self.running:
            client = running.asking.client
            busy[client] = busy.get(client, 0) + 1

        def order(ticket: Ticket) -> tuple[float, int]:
            expected = ticket.asking.expected if ticket.lane else 0
            return expected, busy.get(ticket.asking.client, 0)

        return min(fitting, key=order)

    def wanted(self) -> int:
        """Return how many more workers would let those run who wait and may."""
        free = [lane.free for lane in self._lanes]
        slow = 0
        for ticket in self.waiting:
            lanes = range(ticket.lane, len(free)) if ticket.lane else ()
            lane = next((lane for lane in lanes if free[lane]), None)
            if lane is not None:
                free[lane] -= 1
                slow += 1
        if slow:
            return free[0] + slow
        return min(free[0], sum(not ticket.lane for ticket in self.waiting))

    def grown(self, now: float) -> Iterator[tuple[Ticket, int]]:
        """Yield whose priority must be lowered, having run for so long, and how far.

        On the way those whom their lane has lost patience with are moved as far as possible.
        """
        for ticket in self.running:
            age = now - ticket.since
            if age >= self._lanes[ticket.lane].patience:
                self._move_on(ticket)
            known = max(age, ticket.asking.expected)
            nice = next((nice for seconds, nice in _NICE if known >= seconds), 0)
            if nice > ticket.nice:
                ticket.nice = nice
                yield ticket, nice

    def overdue(self, now: float) -> list[Ticket]:
        """Return who must make room for those who wait."""
        full = {lane for lane, one in enumerate(self._lanes) if not one.free}
        wanted = {lane for ticket in self.waiting for lane in self._open_to(ticket.lane)} & full
        return [
            ticket
            for ticket in self.running
            if ticket.lane in wanted
            and now - ticket.since >= self._lanes[ticket.lane].patience * _OVERSTAY
        ]

    def due(self, now: float) -> float:
        """Return the seconds until the next of the quick outlasts the patience with it."""
        begun = [ticket.since for ticket in self.running if not ticket.lane and not ticket.nice]
        return min(begun, default=inf) + self._lanes[0].patience - now

    def _open_to(self, lane: int) -> range:
        """Return the lanes that may give a place: the quick leave the others to the slow."""
        return range(lane, len(self._lanes)) if lane else range(1)

    def _lane_for(self, lane: int) -> int | None:
        return next((one for one in self._open_to(lane) if self._lanes[one].free), None)

    def _move_on(self, ticket: Ticket) -> None:
        lane = self._lane_for(ticket.lane + 1) if ticket.lane + 1 < len(self._lanes) else None
        if lane is not None:
            self._lanes[ticket.lane].taken -= 1
            self._lanes[lane].taken += 1
            ticket.lane = lane


def _lanes(quick: int, others: int) -> list[_Lane]:
    """Return the lanes from the quickest to the slowest; each of them has places."""
    places = [count for count in (quick, others // 3, others - others // 3) if count]
    # Where there is no lane for the middling, the slow ones' takes them.
    return [
        _Lane(count, inf if lane == len(places) - 1 else PATIENCE[lane])
        for lane, count in enumerate(places)
    ]
