"""How long the saved queries take: `python -m benchmarks.querying [FORMS | STORE] [NAME …]`.

Generated forms of two years with self-evaluations, reviewed, in a store on disk. Each query runs
with its defaults on one thread, in processor time; the first run warms up, the median of the
following counts. Without NAME all queries run, and every list of choices gives its first page.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.generated import graphs, several_years
from perfkg.asking import offers_of, open_to_write
from perfkg.identity import Identity
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, Parameter, SavedQuery, options, prepare
from perfkg.resources import queries_folder
from perfkg.reviewing import review_and_keep, rules_for
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, SelectResult, open_store

FORMS = 10_000
ROUNDS = 3
SLOWEST, MOST = 2.0, 0.2
"""Seconds that a query may take at most, and that most queries take."""


def main() -> None:
    """Print tables in Markdown, line by line as they are measured."""
    where, *names = sys.argv[1:] or [str(FORMS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store" if where.isdecimal() else Path(where)
        if where.isdecimal():
            fill(path, int(where))
        with open_store(path) as store:
            for line in _tables(store, names):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


def fill(path: Path, count: int) -> None:
    """Make a store of so many generated forms with the findings on them."""
    settings = Settings(store=str(path))
    with open_to_write(settings) as store, store.write() as writer:
        for graph in graphs(several_years(count)):
            writer.put(graph)
        review_and_keep(writer, rules_for(settings), settings)


def _tables(store: EmbeddedStore, names: list[str]) -> Iterator[str]:
    queries = [query for query in Catalogue(queries_folder()) if not names or query.name in names]
    yield f"{store.generation.triples:,} triples on disk; processor time, {ROUNDS} warm runs."
    yield from ("", "| query | rows | ms |", "|---|---|---|")
    times, offers = [], offers_of(store, Identity())
    for query in queries:
        rows, seconds = _median(_asking(store, prepare(query, {}, offers)))
        times.append(seconds)
        yield f"| {query.name} | {rows:,} | {seconds * 1000:,.0f} |"
    quick, slow = (sum(test) for test in _judged(times))
    yield ""
    yield f"{len(times)} queries: {quick} under {MOST:.1f} s, {slow} over {SLOWEST:.0f} s."
    if not names:
        # Choices are asked with a time limit, so another process works: here the clock counts.
        yield from ("", "| choices, first page | | ms |", "|---|---|---|")
        for parameter in _choosable(queries):
            rows, seconds = _median(partial(_choosing, store, parameter), time.perf_counter)
            yield f"| {parameter.label.en} | {rows:,} | {seconds * 1000:,.0f} |"


def _judged(times: list[float]) -> tuple[list[bool], list[bool]]:
    return [seconds < MOST for seconds in times], [seconds > SLOWEST for seconds in times]


def _choosable(queries: list[SavedQuery]) -> list[Parameter]:
    """Return one parameter for each list of choices that the graph gives."""
    kinds = {
        (item.type, item.of_class, item.via): item for query in queries for item in query.parameters
    }
    return [item for (kind, _, _), item in kinds.items() if kind in ("iri", "year")]


def _asking(store: EmbeddedStore, text: str) -> Callable[[], int]:
    def ask() -> int:
        result = store.query(text, prefixes=PREFIXES)
        return len(result.rows) if isinstance(result, SelectResult) else 1

    return ask


def _choosing(store: EmbeddedStore, parameter: Parameter) -> int:
    return len(options(store, parameter).items)


def _median(
    work: Callable[[], int], clock: Callable[[], float] = time.process_time
) -> tuple[int, float]:
    rows, times = work(), []
    for _ in range(ROUNDS):
        start = clock()
        work()
        times.append(clock() - start)
    return rows, statistics.median(times)


if __name__ == "__main__":
    main()
