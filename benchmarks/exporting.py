"""How long an export takes and how much memory it needs: `python -m benchmarks.exporting`.

`python -m benchmarks.exporting [FORMS | STORE] …` makes a store of so many generated forms (1,000
and 10,000 without arguments), or uses one, and writes from it what the bundle has, side by side
with the dump of the engine itself. Each file is written in a process of its own, so that the memory
is its own as well; what counts is processor time and the most memory of that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from benchmarks.querying import fill
from perfkg.export.bundle import write_bundle
from perfkg.export.dumps import dumps_of, write_dump
from perfkg.export.figures import figures_of
from perfkg.export.writing import compressed
from perfkg.namespaces import DEFAULT_BASE
from perfkg.settings import Settings
from perfkg.store import open_store
from perfkg.store.base import State

SIZES = ("1000", "10000")
ONE = "--one"
FACTOR = 1.5
"""How much longer than the dump of the engine the N-Quads may take, compressed and sorted."""
ENGINE, PACKED, BUNDLE = "the engine's dump", "the same, compressed", "the whole bundle"
QUADS = "perfkg.nq.gz"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was written: seconds of processor time, peak memory in MB, size in MB."""

    seconds: float
    memory: int
    size: float


def main(arguments: list[str]) -> None:
    """Print a table in Markdown for each store."""
    if arguments[:1] == [ONE]:
        sys.stdout.write(json.dumps(asdict(_measured(Path(arguments[1]), *arguments[2:]))))
        return
    for where in arguments or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "store" if where.isdecimal() else Path(where)
            if where.isdecimal():
                fill(path, int(where))
            for line in _table(path, Path(folder)):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()


def _table(store: Path, folder: Path) -> Iterator[str]:
    with closing(open_store(store)) as opened:
        database = opened.snapshot().database
        yield f"{len(database):,} statements on disk; processor time."
        dumps = [dump.name for dump in dumps_of(figures_of(database, DEFAULT_BASE).years)]
        del database
    yield from (
        "",
        "| file | CPU s | peak, MB | MB | of the engine's dump |",
        "|---|---|---|---|---|",
    )
    found: dict[str, Measured] = {}
    for name in (ENGINE, PACKED, *dumps, BUNDLE):
        found[name] = run = written(store, name, folder)
        ratio = run.seconds / found[ENGINE].seconds
        yield f"| {name} | {run.seconds:.1f} | {run.memory:,} | {run.size:,.1f} | {ratio:.2f} |"
    ratio = found[QUADS].seconds / found[ENGINE].seconds
    verdict = "within" if ratio <= FACTOR else "over"
    yield ""
    yield f"{QUADS}: {ratio:.2f} times the engine's own dump, {verdict} the {FACTOR} that we allow."


def written(store: Path, name: str, folder: Path) -> Measured:
    """Write one file, or let the engine write its own, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exporting", ONE, str(store), name, str(folder)]
    run = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own module
    return Measured(**json.loads(run.stdout))


def _measured(store: Path, name: str, folder: str) -> Measured:
    """Write one file; what it is made from stays in the folder from before."""
    path = Path(folder) / name
    with open_store(store) as opened:
        snapshot = opened.snapshot()
        write = _writer(name, snapshot, Path(folder))
        start = time.process_time()
        write(path)
        seconds = time.process_time() - start
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files) / 1e6
    return Measured(seconds, _peak(), size)


def _peak() -> int:
    """Return the most memory of this process alone; `getrusage` counts what it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _writer(name: str, snapshot: State, folder: Path) -> Callable[[Path], object]:
    database = snapshot.database
    if name == ENGINE:
        return lambda path: database.dump(str(path), ox.RdfFormat.N_QUADS)
    if name == PACKED:
        return lambda path: _packed(database, path)
    if name == BUNDLE:
        return lambda path: write_bundle(snapshot, Settings(), path)
    dumps = dumps_of(figures_of(database, DEFAULT_BASE).years)
    dump = next(dump for dump in dumps if dump.name == name)
    return lambda path: write_dump(dump, snapshot, DEFAULT_BASE, path, folder, folder)


def _packed(database: ox.Store, path: Path) -> None:
    with compressed(path) as out:
        database.dump(out, ox.RdfFormat.N_QUADS)


if __name__ == "__main__":
    main(sys.argv[1:])
