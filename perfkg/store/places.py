"""Which query may run now: places in lanes from quick to slow, and a queue before them.

Most queries take milliseconds, a few take until the time limit, and mostly nobody knows which is
which before they run. Therefore a query begins in the quick lane. Who has run for longer than a
lane is patient moves to a slower one, with the process that runs it, and no longer stands in the
way. If no place is free there it stays, until others wait for its place: then it is displaced,
which means that it is stopped and waits for a place in a slower lane, to begin anew. A text that
took long before begins there at once. Lookups, which cannot take long, have a lane of their own
and are never displaced. So quick queries get the processor to themselves, however many slow ones
there are.

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
from perfkg.sparql.lookups import is_lookup
from perfkg.store.priority import LAST

LOOKUPS, QUICK, MIDDLING, SLOW = range(4)
"""The lanes."""
PATIENCE: Final = (0.2, 0.02, 1.0)
"""Seconds for which a query may stay in each lane but the last. A lookup that is late is so because
the machine is busy."""
_OVERSTAY: Final = 3
"""How many times as long it may stay where it is before it is displaced: beginning anew is lost
work, and on a busy machine a quick query may take a little longer once."""
_NICE: Final = ((0.25, LAST), (PATIENCE[QUICK], 5))
"""Seconds of running, and how far the priority is lowered from then on."""
_SLACK: Final = 10
"""How many times as long that takes for lookups."""
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
        slack: how many times as long as others it keeps its priority.
        worker: what it runs in.
        nice: how far its priority was lowered.
        verdict: why the query was stopped, if it was for good.
        is_displaced: whether it was stopped to wait for another place.
        granted: the worker, for whoever waits for it.
    """

    asking: Asking
    lane: int
    slack: int = 1
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
        spare: workers that wait for queries.
    """

    def __init__(self, workers: int, queue: int, spare: int) -> None:
        """Nobody runs yet."""
        self.running: set[Ticket] = set()
        self.waiting: list[Ticket] = []
        self._lanes = _lanes(workers)
        self._last = max(lane for lane in range(4) if self._lanes[lane].places)
        self._queue = queue
        self._spare = spare
        self._took: OrderedDict[int, float] = OrderedDict()

    @property
    def quick(self) -> int:
        """The places of the quick lane."""
        return self._lanes[QUICK].places

    def ticket(self, asking: Asking) -> Ticket:
        """Return the ticket for the next attempt at a query."""
        asking.expected = max(asking.expected, self._took.get(asking.key, 0))
        if is_lookup(asking.text):
            return Ticket(asking, LOOKUPS, _SLACK)
        lanes = range(QUICK, self._last)
        fitting = (lane for lane in lanes if asking.expected < PATIENCE[lane])
        return Ticket(asking, next(fitting, self._last))

    def is_free(self, ticket: Ticket) -> bool:
        """Whether there is a place for it."""
        return self._lane_for(ticket.lane) is not None

    def has_room(self, ticket: Ticket) -> bool:
        """Whether it may wait; those that are known to take long fill half of the queue at most."""
        if ticket.lane <= QUICK:
            return len(self.waiting) < self._queue
        return sum(other.lane > QUICK for other in self.waiting) < self._queue // 2

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
        if took < PATIENCE[QUICK]:
            self._took.pop(asking.key, None)
            return
        asking.expected = took
        self._took[asking.key] = took
        self._took.move_to_end(asking.key)
        if len(self._took) > _REMEMBERED:
            self._took.popitem(last=False)

    def may_begin(self, ticket: Ticket, idle: int) -> bool:
        """Whether it may run, when so many workers are idle: the slower leave some for others."""
        return idle > self._kept(ticket.lane) and self.is_free(ticket)

    def _kept(self, lane: int) -> int:
        """Return how many idle workers a query of a lane must leave: one for a lookup, and so on.

        There need be no more of them than are started before anybody needs them.
        """
        if lane == LOOKUPS:
            return 0
        lookups, quick = (self._lanes[one].free for one in (LOOKUPS, QUICK))
        return min(self._spare, min(1, lookups) + (quick if lane > QUICK else 0))

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
            expected = ticket.asking.expected if ticket.lane > QUICK else 0
            return expected, busy.get(ticket.asking.client, 0)

        return min(fitting, key=order)

    def wanted(self) -> int:
        """Return how many more workers would let those run who wait and may, beside the spare."""
        free = [lane.free for lane in self._lanes]
        for ticket in self.waiting:
            lane = next((lane for lane in self._open_to(ticket.lane) if free[lane]), None)
            if lane is not None:
                free[lane] -= 1
        return sum(lane.free for lane in self._lanes) - sum(free)

    def grown(self, now: float) -> Iterator[tuple[Ticket, int]]:
        """Yield whose priority must be lowered, having run for so long, and how far.

        On the way those whom their lane has lost patience with are moved as far as possible.
        """
        for ticket in self.running:
            age = now - ticket.since
            if age >= self._lanes[ticket.lane].patience:
                self._move_on(ticket)
            known = max(age, ticket.asking.expected) / ticket.slack
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
            if ticket.lane in wanted - {LOOKUPS}
            and now - ticket.since >= self._lanes[ticket.lane].patience * _OVERSTAY
        ]

    def due(self, now: float) -> float:
        """Return the seconds until the next of the quick outlasts the patience with it."""
        begun = [one.since for one in self.running if one.lane == QUICK and not one.nice]
        return min(begun, default=inf) + PATIENCE[QUICK] - now

    def _open_to(self, lane: int) -> range:
        """Return the lanes that may give a place: the quick leave those of the slow to the slow."""
        return range(lane, QUICK + 1) if lane <= QUICK else range(lane, len(self._lanes))

    def _lane_for(self, lane: int) -> int | None:
        return next((one for one in self._open_to(lane) if self._lanes[one].free), None)

    def _move_on(self, ticket: Ticket) -> None:
        lane = self._lane_for(max(ticket.lane, QUICK) + 1)
        if lane is not None:
            self._lanes[ticket.lane].taken -= 1
            self._lanes[lane].taken += 1
            ticket.lane = lane


def _lanes(workers: int) -> list[_Lane]:
    """Return the lanes; there are places for quick queries, and others if there are enough."""
    processors = os.cpu_count() or 1
    lookups = min(processors, workers // 4)
    quick = max(1, min(processors, (workers - lookups) // 2))
    others = workers - lookups - quick
    places = (lookups, quick, others // 3, others - others // 3)
    last = max(lane for lane in range(4) if places[lane])
    return [
        _Lane(count, PATIENCE[lane] if lane < last else inf) for lane, count in enumerate(places)
    ]
