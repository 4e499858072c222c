"""Twelve questions of analysts and one look-up: perfkg's store beside rdflib and Fuseki.

All are asked the same texts of the same graphs, that of the statistics included.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import rdflib

from benchmarks.data import Data
from benchmarks.fuseki import NAME, fuseki, jar
from benchmarks.measurement import OURS, Measurement, Timed, memory, timed
from perfkg.store import SelectResult, open_store

SUITE = "questions"
RUNS = 3
PEER_MOST = 1_000
"""rdflib holds everything in memory: it is asked about so many forms at most, once each."""
FUSEKI_MOST = 10_000
"""So does Fuseki, in less memory."""
PEER_LIMIT = 20.0
"""Seconds after which a peer is stopped; some questions take rdflib many minutes."""
QUESTIONS = Path(__file__).parent / "questions"


def measure(data: Data) -> Iterator[Measurement]:
    """Ask every question, the first time to warm up, then `RUNS` times.

    Raises:
        SystemExit: a peer does not give the same number of rows.
    """
    found: dict[str, int] = {}
    with open_store(data.store) as store:

        def ask(text: str) -> int:
            result = store.query(text)
            assert isinstance(result, SelectResult)  # noqa: S101 - they all are SELECT
            return len(result.rows)

        for name, text in questions():
            found[name] = ask(text)
            yield _measurement(name, OURS, data.forms, *_asked(ask, text, RUNS))
    if data.forms <= FUSEKI_MOST:
        yield from _of_fuseki(data, found)
    if data.forms > PEER_MOST:
        return
    graph = rdflib.Dataset().parse(data.dataset, format="nquads")
    for name, text in questions():
        rows, took = _asked_apart(graph, text)
        _check(name, "rdflib", found[name], rows, took)
        yield _measurement(name, "rdflib", data.forms, rows, took)


def _of_fuseki(data: Data, found: dict[str, int]) -> Iterator[Measurement]:
    server = jar()
    if server is None:
        sys.stderr.write("Java or the jar of Fuseki is missing, and it is left out\n")
        return
    with (
        TemporaryDirectory() as folder,
        fuseki(server, data.dataset, Path(folder), PEER_LIMIT) as running,
    ):
        for name, text in questions():
            rows, took = running.asked(text, RUNS)
            _check(name, NAME, found[name], rows, took)
            times = took.seconds, took.wall, took.runs
            yield Measurement(SUITE, name, NAME, data.forms, rows, "rows", *times, running.memory)


def _check(name: str, peer: str, ours: int, theirs: int, took: Timed) -> None:
    if took.runs and ours != theirs:
        raise SystemExit(f"{name}: {ours} rows here, {theirs} in {peer}")


def _asked_apart(graph: rdflib.Graph, text: str) -> tuple[int, Timed]:
    """Ask rdflib in a copy of this process, which is stopped after `PEER_LIMIT`."""
    forked = multiprocessing.get_context("fork")
    answers, answer = forked.Pipe(duplex=False)

    def ask() -> None:
        answer.send(_asked(lambda query: len(list(graph.query(query))), text, 1))

    process = forked.Process(target=ask)
    process.start()
    try:
        return answers.recv() if answers.poll(PEER_LIMIT) else (0, Timed(PEER_LIMIT, PEER_LIMIT, 0))
    finally:
        process.kill()
        process.join()


def questions() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every question."""
    for path in sorted(QUESTIONS.glob("*.rq")):
        yield path.stem, path.read_text(encoding="utf-8")


def _asked(ask: Callable[[str], int], text: str, runs: int) -> tuple[int, Timed]:
    return timed(lambda: ask(text), runs)


def _measurement(name: str, engine: str, forms: int, rows: int, took: Timed) -> Measurement:
    times = took.seconds, took.wall, took.runs
    return Measurement(SUITE, name, engine, forms, rows, "rows", *times, memory())
