"""The service beside its peers under load; see `benchmarks.serving`, which does the work."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator

from benchmarks.data import Data
from benchmarks.measurement import OURS, Measurement
from benchmarks.serving import compared

SUITE = "service"
PEER_MOST = 1_000
"""rdflib holds everything in memory: it is left out above so many forms."""
ROUNDS, SECONDS = 3, 4


def measure(data: Data) -> Iterator[Measurement]:
    """Measure seconds for each answer, at 8 clients, and of a table of many rows to one.

    These are seconds on the clock: servers of several processes are compared.
    """
    if shutil.which("wrk") is None:
        sys.stderr.write("wrk is not installed: the service is not measured\n")
        return
    options = argparse.Namespace(rounds=ROUNDS, seconds=SECONDS, only=None)
    if data.forms > PEER_MOST:
        options.only = ["perfkg", "oxigraph"]
    found = compared(data.store, data.dump, options)
    for work, by in found.work.items():
        for engine, value in by.items():
            if value:
                seconds = value if work.endswith(", s") else 1 / value
                name = work.removesuffix(", s").removesuffix("/s")
                memory = round(found.after) if engine == OURS else 0
                yield Measurement(
                    SUITE, name, engine, data.forms, 1, "answer", seconds, seconds, ROUNDS, memory
                )
