"""The export of a whole store beside the dump of its engine; see `benchmarks.exporting`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from benchmarks.data import Data
from benchmarks.exporting import ENGINE, PACKED, QUADS, written
from benchmarks.measurement import OURS, Measurement

SUITE = "export"
_ENGINES = {QUADS: OURS, ENGINE: "the engine's dump", PACKED: "the same, gzipped"}


def measure(data: Data) -> Iterator[Measurement]:
    """Write the graph as sorted, gzipped N-Quads, and let the engine dump it."""
    folder = data.folder / "exported"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, engine in _ENGINES.items():
        run = written(data.store, name, folder)
        yield Measurement(
            *(SUITE, "all statements", engine, data.forms, round(run.size), "MB"),
            *(run.seconds, run.seconds, 1, run.memory),
        )
    shutil.rmtree(folder)
