"""Every saved query with its defaults, on perfkg's store; the peers have none of the kind."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.data import Data
from benchmarks.measurement import OURS, Measurement, memory, timed
from perfkg.asking import offers_of
from perfkg.identity import Identity
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, prepare
from perfkg.resources import queries_folder
from perfkg.store import SelectResult, open_store

SUITE = "saved"
RUNS = 3


def measure(data: Data) -> Iterator[Measurement]:
    """Ask each of them once to warm up, then `RUNS` times."""
    with open_store(data.store) as store:
        for query in Catalogue(queries_folder()):
            text = prepare(query, {}, offers_of(store, Identity()))

            def ask(text: str = text) -> int:
                result = store.query(text, prefixes=PREFIXES)
                return len(result.rows) if isinstance(result, SelectResult) else 1

            ask()
            rows, took = timed(ask, RUNS)
            times = took.seconds, took.wall, took.runs
            yield Measurement(SUITE, query.name, OURS, data.forms, rows, "rows", *times, memory())
