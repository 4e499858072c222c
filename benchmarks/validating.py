"""How long a review takes: `python -m benchmarks.validating [FORMS …]`.

Generated forms, all rules, CPU seconds, in memory as `perfkg validate FILE…` does. Each number of
forms has a process of its own, so that the memory is its own as well. pyshacl runs on the first
forms of the same row beside the set-based engine, and the two must find the same there: rule,
node, path, value, constraint, severity and message. The seconds are for the findings as a person
reads them, with form, place and department; loading the forms is not counted.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from typing import TypeVar

import pyoxigraph as ox

from benchmarks.generated import statements
from perfkg.validation.engine_name import EngineName
from perfkg.validation.findings import Finding
from perfkg.validation.rdf import data_store, vocabulary_files
from perfkg.validation.runner import validate
from perfkg.validation.shapes import load_shapes

T = TypeVar("T")

SIZES = (1_000, 10_000)
SAMPLE = 10
ONE = "--one"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run.

    Attributes:
        seconds: CPU time.
        memory: the most that the process held, in MB; `data` of it before the run.
    """

    engine: str
    forms: int
    triples: int
    compiling: float
    seconds: float
    findings: int
    data: int
    memory: int


def main(arguments: list[str]) -> None:
    """Print a table in Markdown."""
    if arguments[:1] == [ONE]:
        sys.stdout.write(json.dumps(asdict(_measured(int(arguments[1])))))
        return
    sizes = [int(size) for size in arguments] or list(SIZES)
    sample = both()
    runs = [_in_a_process(size) for size in sizes]
    lines = [
        f"Rules read and compiled in {min(run.compiling for run in runs):.2f} s. Both engines find "
        f"the same in the first {SAMPLE} forms.",
        "",
        "| engine | forms | triples | CPU s | forms/s | findings | data, MB | peak, MB | each form "
        "as pyshacl |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(run, sample[0]) for run in (*sample, *runs)),
        "",
        *(_growth(small, large) for small, large in pairwise(runs)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def both() -> tuple[Measured, Measured]:
    """Run both engines on the same few forms."""
    slow, expected = _run(SAMPLE, EngineName.PYSHACL)
    fast, found = _run(SAMPLE, EngineName.FAST)
    if _told(found) != _told(expected):
        raise SystemExit("the two engines do not find the same")
    return slow, fast


def _measured(forms: int) -> Measured:
    return _run(forms, EngineName.FAST)[0]


def _in_a_process(forms: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.validating", ONE, str(forms)]
    run = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own module
    return Measured(**json.loads(run.stdout))


def _run(forms: int, engine: EngineName) -> tuple[Measured, list[Finding]]:
    data = _store(forms)
    before = _memory()
    compiling, shapes = _timed(load_shapes)
    if engine is EngineName.FAST:
        compiling += _timed(lambda: shapes.plan)[0]
    seconds, found = _timed(lambda: validate(data, shapes, engine))
    measured = Measured(
        engine=engine.value,
        forms=forms,
        triples=len(data),
        compiling=compiling,
        seconds=seconds,
        findings=len(found),
        data=before,
        memory=_memory(),
    )
    return measured, found


def _store(forms: int) -> ox.Store:
    """Return the graph of so many forms, loaded piece by piece."""
    store = data_store(b"", vocabulary_files())
    made = statements(forms)
    while piece := b"".join(islice(made, 1_000)):
        store.bulk_load(piece, ox.RdfFormat.N_TRIPLES)
    return store


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _told(findings: list[Finding]) -> set[tuple[object, ...]]:
    """Return what must be the same whichever engine ran."""
    return {
        (
            *(finding.rule, finding.focus, finding.severity, finding.message),
            *(finding.links.path, str(finding.links.value)),
            *(finding.links.component, finding.links.constraint),
        )
        for finding in findings
    }


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _row(run: Measured, reference: Measured) -> str:
    ratio = (reference.seconds / reference.forms) / (run.seconds / run.forms)
    return (
        f"| {run.engine} | {run.forms:,} | {run.triples:,} | {run.seconds:,.2f} "
        f"| {run.forms / run.seconds:,.1f} | {run.findings:,} | {run.data:,} | {run.memory:,} "
        f"| {ratio:,.0f} times faster |"
    )


def _growth(small: Measured, large: Measured) -> str:
    """Return by which power of the number of forms the time grows."""
    power = math.log(large.seconds / small.seconds) / math.log(large.forms / small.forms)
    return f"From {small.forms:,} to {large.forms:,} forms time grows by the power {power:.2f}."


if __name__ == "__main__":
    main(sys.argv[1:])
