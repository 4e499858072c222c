"""Many clients at once, of which some send queries that never end: what do the others see?

A runaway client sends a query that nobody has sent before, waits for whatever it is told, and sends
the next at once, whatever `Retry-After` says. An honest one looks up one subject, a new one each
time so that nothing is kept, thinks for a while, and comes again.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import uvloop

HONEST, RUNAWAYS = 56, 8
JSON = "application/sparql-results+json"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SUBJECTS = "SELECT ?s { ?s <https://w3id.org/perfkg/def#inForm> ?form } LIMIT 90000"
_SAMPLE = 2.0
"""Seconds between two looks at processes and memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """A service that runs: its process, and where it answers."""

    pid: int
    port: int
    path: str = "/sparql"

    def request(self, query: str) -> bytes:
        """Return the request that asks a query."""
        target = f"{self.path}?query={quote(query, safe='')}"
        return f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode()


@dataclass(slots=True)
class Load:
    """How one load went.

    Attributes:
        honest: milliseconds that each honest query took.
        statuses: of honest queries, and of the others.
        processes: of the service, at each look.
        server_mb: resident memory of the server's own process at each look.
        all_mb: memory of all its processes at each look, what they share counted once.
    """

    honest: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    runaway: Counter[int] = field(default_factory=Counter)
    processes: list[int] = field(default_factory=list)
    server_mb: list[float] = field(default_factory=list)
    all_mb: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Return what a report says."""
        times = sorted(self.honest)
        return {
            "lookups": len(times),
            "median_ms": round(statistics.median(times), 2),
            "p99_ms": round(times[int(len(times) * 0.99)], 2),
            "max_ms": round(times[-1], 1),
            "honest": dict(self.statuses),
            "runaway": dict(self.runaway),
            "processes": _course(self.processes),
            "server_mb": _course(self.server_mb),
            "all_mb": _course(self.all_mb),
        }


def _course(values: list[float] | list[int]) -> dict[str, float]:
    """Return the first value, the median of each half, the greatest and the last."""
    half = len(values) // 2
    return {
        "first": values[0],
        "first_half": statistics.median(values[: half or 1]),
        "second_half": statistics.median(values[half:]),
        "most": max(values),
        "last": values[-1],
    }


def crowd(place: Place, seconds: float, think: float, runaways: int, seed: int = 1) -> Load:
    """Send the load of `HONEST` honest clients and some runaway ones for so many seconds."""
    lookups = _lookups(place, seed)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_crowd(place, lookups, seconds, think, runaways))


async def _crowd(
    place: Place, lookups: Iterator[str], seconds: float, think: float, runaways: int
) -> Load:
    load, stamp = Load(), time.time_ns()
    endless = (f"{ENDLESS} # {stamp + number}" for number in itertools.count())
    end = time.monotonic() + seconds
    watching = asyncio.create_task(_watch(place, load))
    bad = [asyncio.create_task(_runaway(place, endless, load)) for _ in range(runaways)]
    await asyncio.gather(*(_honest(place, lookups, end, think, load) for _ in range(HONEST)))
    for task in (*bad, watching):
        task.cancel()
    await asyncio.gather(*bad, watching, return_exceptions=True)
    return load


async def _honest(
    place: Place, queries: Iterator[str], end: float, think: float, load: Load
) -> None:
    await asyncio.sleep(think * random.random())  # noqa: S311
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    while time.monotonic() < end:
        start = time.monotonic()
        load.statuses[await _ask(place, reader, writer, next(queries))] += 1
        load.honest.append(1e3 * (time.monotonic() - start))
        await asyncio.sleep(think * random.uniform(0.5, 1.5))  # noqa: S311
    writer.close()


async def _runaway(place: Place, queries: Iterator[str], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    try:
        while True:
            load.runaway[await _ask(place, reader, writer, next(queries))] += 1
    finally:
        writer.close()


async def _ask(
    place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, query: str
) -> int:
    """Send a query and return the status of the answer, all of which was read."""
    writer.write(place.request(query))
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
    return int(head.split()[1])


async def _watch(place: Place, load: Load) -> None:
    while True:
        pids = processes(place.pid)
        load.processes.append(len(pids))
        load.server_mb.append(round(resident(place.pid), 1))
        load.all_mb.append(round(sum(map(proportional, pids)), 1))
        await asyncio.sleep(_SAMPLE)


def _lookups(place: Place, seed: int) -> Iterator[str]:
    """Return lookups of the subjects that the service has, none of them the same as another."""
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    target = f"{place.path}?query={quote(SUBJECTS, safe='')}"
    connection.request("GET", target, headers={"Accept": "text/csv"})
    subjects = connection.getresponse().read().decode().split()[1:]
    connection.close()
    random.Random(seed).shuffle(subjects)  # noqa: S311
    stamp = time.time_ns()
    for number, subject in enumerate(itertools.cycle(subjects)):
        yield f"SELECT ?p ?o WHERE {{ <{subject}> ?p ?o }} # {stamp + number}"


# -- processes and memory ------------------------------------------------------------------------


def processes(pid: int) -> list[int]:
    """Return the ids of a process and of all that descend from it."""
    found = [pid]
    for parent in found:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, file.read_text().split())
            except OSError:  # it has just ended
                continue
    return found


def resident(pid: int) -> float:
    """Return the memory of one process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def proportional(pid: int) -> float:
    """Return the memory of one process in MB, of what it shares only its part; 0 if it ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3
