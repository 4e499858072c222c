"""One figure of a benchmark, and how it is taken."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

OURS = "perfkg"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one engine took for one piece of work.

    Attributes:
        suite: the group of work: `mapping`, `loading` …
        work: what was done.
        engine: who did it; `perfkg`, or a peer beside it.
        forms: the number of forms in the data.
        amount: how many of `unit` came out: triples, rows, findings.
        unit: what `amount` counts.
        seconds: processor time of all threads; the median where there were several runs.
        wall: time by the clock, the median likewise.
        runs: how many runs counted; none where it was stopped after `seconds`.
        memory: the most that the process held, in MB, data and all.
    """

    suite: str
    work: str
    engine: str
    forms: int
    amount: int
    unit: str
    seconds: float
    wall: float
    runs: int
    memory: int


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians of the time that a piece of work took, in seconds."""

    seconds: float
    wall: float
    runs: int


def timed(work: Callable[[], T], runs: int = 1) -> tuple[T, Timed]:
    """Do a piece of work `runs` times; return what it gave last, and how long it took."""
    spent, walls = [], []
    for _ in range(runs):
        wall, start = time.perf_counter(), time.process_time()
        result = work()
        spent.append(time.process_time() - start)
        walls.append(time.perf_counter() - wall)
    return result, Timed(statistics.median(spent), statistics.median(walls), runs)


def memory() -> int:
    """Return the most that this process has held, in MB."""
    with open("/proc/self/status", encoding="ascii") as status:  # ru_maxrss is that of a parent
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
