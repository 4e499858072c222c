"""How long a review takes: `python -m benchmarks.validating [FORMS …]`.

Generated forms, all rules, one process, CPU seconds. The set-based engine runs on all forms, in
memory as `perfkg validate FILE…` does; pyshacl runs on a sample of the same forms, and the two must
find the same there.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

import pyoxigraph as ox

from benchmarks.generated import statements
from perfkg.validation.engine import EngineName
from perfkg.validation.findings import Finding
from perfkg.validation.rdf import data_store, vocabulary_files
from perfkg.validation.runner import validate
from perfkg.validation.shapes import Shapes, load_shapes

T = TypeVar("T")

SIZES = (1_000, 10_000)
SAMPLE = 10
ROUNDS = 3


def main() -> None:
    """Print a table in Markdown."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    shapes = load_shapes()
    compiling = _timed(lambda: load_shapes().plan)[0]
    sample = _store(SAMPLE)
    fast, found = _median(lambda: _findings(sample, shapes, EngineName.FAST))
    slow, reference = _timed(lambda: _findings(sample, shapes, EngineName.PYSHACL))
    if _told(found) != _told(reference):
        raise SystemExit("the two engines do not find the same")
    lines = [
        f"{len(shapes.rules)} rules, read and compiled in {compiling:.2f} s.",
        "",
        "| engine | forms | triples | seconds | forms/s | findings | peak memory, MB |",
        "|---|---|---|---|---|---|---|",
        _row("pyshacl", SAMPLE, sample, slow, reference),
        _row("set-based", SAMPLE, sample, fast, found),
    ]
    for size in sizes:
        data = _store(size)
        seconds, findings = _timed(lambda data=data: _findings(data, shapes, EngineName.FAST))
        lines.append(_row("set-based", size, data, seconds, findings))
        ratio = (slow / SAMPLE) / (seconds / size)
        lines.append(f"| | | | {ratio:,.0f} times faster for each form than pyshacl | | | |")
        del data, findings
    sys.stdout.write("\n".join(lines) + "\n")


def _store(forms: int) -> ox.Store:
    """Return the graph of so many forms, loaded piece by piece."""
    store = data_store(b"", vocabulary_files())
    made = statements(forms)
    while piece := b"".join(islice(made, 1_000)):
        store.bulk_load(piece, ox.RdfFormat.N_TRIPLES)
    return store


def _findings(data: ox.Store, shapes: Shapes, engine: EngineName) -> list[Finding]:
    return validate(data, shapes, engine)


def _told(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(finding.rule, finding.focus, finding.severity) for finding in findings}


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _median(work: Callable[[], T]) -> tuple[float, T]:
    times, result = [], work()
    for _ in range(ROUNDS):
        seconds, result = _timed(work)
        times.append(seconds)
    return statistics.median(times), result


def _row(engine: str, forms: int, data: ox.Store, seconds: float, findings: list[Finding]) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"| {engine} | {forms:,} | {len(data):,} | {seconds:,.2f} | {forms / seconds:,.0f} "
        f"| {len(findings):,} | {memory:,} |"
    )


if __name__ == "__main__":
    main()
