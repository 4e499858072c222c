"""How long the saved queries take: `python -m benchmarks.querying [FORMS | STORE] [NAME …]`.

Generated forms of two years with self-evaluations, reviewed, in a store on disk. Each query runs
with its defaults, each list of choices with its first page; the first run warms up, the median of
the following counts. Without NAME all queries run.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.generated import graphs, several_years
from perfkg.asking import open_to_write
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, prepare
from perfkg.resources import queries_folder
from perfkg.reviewing import review_and_keep, rules_for
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, SelectResult, open_store

FORMS = 10_000
ROUNDS = 5
SLOWEST, MOST = 2.0, 0.2
"""Seconds that a query may take at most, and that most queries take."""


def main() -> None:
    """Print a table in Markdown."""
    where, *names = sys.argv[1:] or [str(FORMS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store" if where.isdecimal() else Path(where)
        if where.isdecimal():
            fill(path, int(where))
        with open_store(path) as store:
            sys.stdout.write("\n".join(_tables(store, names)) + "\n")


def fill(path: Path, count: int) -> None:
    """Make a store of so many generated forms with the findings on them."""
    settings = Settings(store=str(path))
    with open_to_write(settings) as store, store.write() as writer:
        for graph in graphs(several_years(count)):
            writer.put(graph)
        review_and_keep(writer, rules_for(settings), settings)


def _tables(store: EmbeddedStore, names: list[str]) -> list[str]:
    catalogue = Catalogue(queries_folder())
    lines = [
        f"{store.generation.triples:,} triples on disk, median of {ROUNDS} warm runs.",
        "",
        "| query | rows | ms |",
        "|---|---|---|",
    ]
    times = []
    for query in catalogue:
        if names and query.name not in names:
            continue
        rows, seconds = _median(_asking(store, prepare(query, {})))
        times.append(seconds)
        lines.append(f"| {query.name} | {rows:,} | {seconds * 1000:,.0f} |")
    quick = sum(seconds < MOST for seconds in times)
    lines += [
        "",
        f"{len(times)} queries: {quick} under {MOST * 1000:.0f} ms, "
        f"{sum(seconds > SLOWEST for seconds in times)} over {SLOWEST:.0f} s.",
    ]
    return lines


def _asking(store: EmbeddedStore, text: str) -> Callable[[], int]:
    def ask() -> int:
        result = store.query(text, prefixes=PREFIXES)
        return len(result.rows) if isinstance(result, SelectResult) else 1

    return ask


def _median(work: Callable[[], int]) -> tuple[int, float]:
    rows, times = work(), []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return rows, statistics.median(times)


if __name__ == "__main__":
    main()
