"""All rules over generated forms: the set-based engine beside pyshacl, which must find the same."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.data import Data, in_memory
from benchmarks.measurement import OURS, Measurement, Timed, memory, timed
from benchmarks.validating import SAMPLE, both
from perfkg.validation.runner import validate
from perfkg.validation.shapes import Shapes, load_shapes

SUITE = "validation"


def measure(data: Data) -> Iterator[Measurement]:
    """Measure all forms here, and a few forms in both engines.

    Raises:
        SystemExit: they do not find the same.
    """
    shapes = load_shapes()
    assert shapes.plan  # noqa: S101 - compiled before the clock starts
    yield _all_forms(data, shapes)
    for run in both():
        engine = OURS if run.engine == "fast" else run.engine
        times = Timed(run.seconds, run.seconds, 1)
        yield _measurement(f"the first {SAMPLE} forms", engine, SAMPLE, run.findings, times)


def _all_forms(data: Data, shapes: Shapes) -> Measurement:
    store = in_memory(data.dump)
    found, took = timed(lambda: validate(store, shapes))
    return _measurement("all forms", OURS, data.forms, len(found), took)


def _measurement(work: str, engine: str, forms: int, count: int, took: Timed) -> Measurement:
    times = took.seconds, took.wall, took.runs
    return Measurement(SUITE, work, engine, forms, count, "findings", *times, memory())
