"""Who may run: decided by numbers alone, without a process or a clock."""

from __future__ import annotations

import os
from typing import Any, cast

import pytest

from perfkg.processes import WorkerProcess
from perfkg.store.places import LOOKUPS, MIDDLING, QUICK, SLOW, Asking, Places, Ticket

LOOKUP = "SELECT ?p ?o { <http://e/a> ?p ?o }"
WORKER = cast("WorkerProcess", object())


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    """Two places for lookups, two quick, one middling, three slow."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return Places(8, 10, 3)


def asking(text: str, **more: Any) -> Asking:
    return Asking(text, None, 10, 0, **more)


def run(places: Places, *texts: str, now: float = 0) -> list[Ticket]:
    tickets = [places.ticket(asking(text)) for text in texts]
    for ticket in tickets:
        assert places.is_free(ticket)
        places.begin(ticket, WORKER, now)
    return tickets


def grow(places: Places, now: float) -> dict[str, int]:
    return {ticket.asking.text: nice for ticket, nice in places.grown(now)}


def test_who_runs_on_moves_to_slower_lanes_and_loses_priority(places: Places) -> None:
    (ticket,) = run(places, "a")
    assert (ticket.lane, grow(places, 0.01)) == (QUICK, {})
    assert grow(places, 0.03) == {"a": 5}
    assert ticket.lane == MIDDLING
    assert grow(places, 0.3) == {"a": 19}
    assert grow(places, 1.1) == {}
    assert ticket.lane == SLOW


def test_however_many_are_slow_there_is_a_place_for_a_lookup(places: Places) -> None:
    for number in range(4):
        run(places, str(number), now=number)
        grow(places, number + 1)
    stuck = run(places, "x", "y", now=5)
    grow(places, 6)
    assert [ticket.lane for ticket in stuck] == [QUICK, QUICK]
    assert not places.is_free(places.ticket(asking("z")))
    lookup = places.ticket(asking(LOOKUP))
    assert lookup.lane == LOOKUPS
    assert places.may_begin(lookup, 1)
    # Nobody else takes the last worker.
    assert not places.may_begin(places.ticket(asking("z")), 1)


def test_who_stands_in_the_way_of_others_is_displaced_and_waits_for_a_slower_lane(
    places: Places,
) -> None:
    for number in range(4):
        run(places, str(number), now=number)
        grow(places, number + 1)
    first, second = run(places, "x", "y", now=5)
    assert places.overdue(6) == []
    places.waiting.append(places.ticket(asking("z")))
    assert places.overdue(5.03) == []
    assert set(places.overdue(5.1)) == {first, second}
    places.end(first, 5.1)
    assert places.next(2) is places.waiting[0]
    again = places.ticket(first.asking)
    assert again.lane == MIDDLING
    assert not places.is_free(again)


def test_a_lookup_is_never_displaced(places: Places) -> None:
    run(places, *[f"{LOOKUP} # {number}" for number in range(4)])
    places.waiting.append(places.ticket(asking(f"{LOOKUP} # next")))
    assert LOOKUPS not in {ticket.lane for ticket in places.overdue(9)}


def test_a_text_that_took_long_begins_slowly_until_it_is_quick_again(places: Places) -> None:
    (ticket,) = run(places, "a")
    places.end(ticket, 3)
    assert places.ticket(asking("a")).lane == SLOW
    (again,) = run(places, "a", now=5)
    assert grow(places, 5) == {"a": 19}
    places.end(again, 5.001)
    # What it took is told with the text, not with who asked.
    assert places.ticket(asking("a")).lane == QUICK


def test_those_who_are_known_to_be_slow_fill_half_of_the_queue_at_most(places: Places) -> None:
    for number in range(5):
        ticket = places.ticket(asking(str(number), expected=5))
        assert places.has_room(ticket)
        places.waiting.append(ticket)
    assert not places.has_room(places.ticket(asking("next", expected=5)))
    assert places.has_room(places.ticket(asking("quick")))


@pytest.mark.parametrize("workers", range(1, 20))
def test_every_place_can_be_taken_and_given_back(
    monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    places = Places(workers, 10, 3)
    taken = []
    for text, expected in ((LOOKUP, 0), ("quick", 0), ("slow", 0.5), ("slower", 5)):
        while places.is_free(ticket := places.ticket(asking(text, expected=expected))):
            places.begin(ticket, WORKER, 0)
            taken.append(ticket)
    assert len(taken) == workers
    for ticket in taken:
        places.end(ticket, 0)
    assert places.is_free(places.ticket(asking("quick")))
