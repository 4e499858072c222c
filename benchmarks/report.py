"""The report of a run in Markdown: a table for each suite, perfkg beside its peers."""

from __future__ import annotations

import math
import os
import platform
import statistics
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import pairwise

from benchmarks.measurement import OURS, Measurement

TITLES = {
    "reading": "Reading: from files to forms",
    "mapping": "Mapping: from forms to triples",
    "loading": "Loading: from triples to a generation",
    "ingest": "Ingest: from text files to a generation that is checked",
    "validation": "Validation: all rules",
    "questions": "Questions: twelve of analysts, and a look-up",
    "saved": "The saved queries",
    "service": "The service under load",
    "export": "Export",
}
_SAMPLED = ("reading", "validation")
_NEWEST = ("perfkg", "pyoxigraph", "rdflib", "pyshacl")


def told(found: Sequence[Measurement]) -> str:
    """Return the whole report."""
    lines = ["# Benchmarks", "", *_preface(found)]
    for suite in dict.fromkeys(item.suite for item in found):
        lines += ["", f"## {TITLES.get(suite, suite)}", ""]
        lines += _table([item for item in found if item.suite == suite])
    return "\n".join(lines) + "\n"


def _preface(found: Iterable[Measurement]) -> Iterator[str]:
    # Some suites take a sample.
    sizes = " ".join(map(str, sorted({i.forms for i in found if i.suite not in _SAMPLED})))
    made = ", ".join(f"{name} {version(name)}" for name in _NEWEST)
    yield (
        f"Made by `python -m benchmarks --forms {sizes}`; do not edit. With `--suites` some are "
        "measured again. The figures are beside it in `benchmarks.json`."
    )
    yield ""
    yield (
        f"Python {platform.python_version()}, {made}; {os.cpu_count()} cores. Times are processor "
        "time of all threads, medians where there are several runs. A ratio says how "
        "many times as long the peer takes for each form in the same run; above 1 perfkg is "
        "faster; behind > a peer was stopped. Memory is the most that the process held, data and "
        "all. The growth is the power of the number of forms by which the time grows: 1 is linear."
    )


def _table(found: Sequence[Measurement]) -> Iterator[str]:
    peers = list(dict.fromkeys(item.engine for item in found if item.engine != OURS))
    yield "| work | forms | result | perfkg | MB | " + "".join(f"{p} | " for p in peers)
    yield "|---" * (5 + len(peers)) + "|"
    for item in (item for item in found if item.engine == OURS):
        beside = [_beside(item, _peer(found, item, engine)) for engine in peers]
        yield (
            f"| {item.work} | {item.forms:,} | {item.amount:,} {item.unit} "
            f"| {_shown(item.seconds)} | {item.memory:,} | "
            + "".join(f"{cell} | " for cell in beside)
        )
    yield from _growths(found)


def _peer(found: Iterable[Measurement], ours: Measurement, engine: str) -> Measurement | None:
    """Return what a peer took for the same work in the same run, if it was asked."""
    for item in found:
        if (item.engine, item.work, item.forms) == (engine, ours.work, ours.forms):
            return item
    return None


def _beside(ours: Measurement, peer: Measurement | None) -> str:
    if peer is None:
        return ""
    # One that was stopped would have taken longer.
    over = "" if peer.runs else "> "
    return f"{over}{_shown(peer.seconds)} ({over}{ratio(ours, peer):,.1f}×)"


def _shown(seconds: float) -> str:
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1000:,.3g} ms"


def ratio(ours: Measurement, peer: Measurement) -> float:
    """Return how many times as long a peer takes for each form."""
    return (peer.seconds / peer.forms) / max(ours.seconds / ours.forms, 1e-9)


def _growths(found: Iterable[Measurement]) -> Iterator[str]:
    mine = [item for item in found if item.engine == OURS]
    powers: dict[tuple[int, int], list[float]] = {}
    for work in dict.fromkeys(item.work for item in mine):
        row = sorted((i for i in mine if i.work == work), key=lambda item: item.forms)
        for small, large in pairwise(row):
            if small.seconds and large.seconds:
                power = math.log(large.seconds / small.seconds) / math.log(
                    large.forms / small.forms
                )
                powers.setdefault((small.forms, large.forms), []).append(power)
    for (small, large), values in powers.items():
        yield ""
        yield f"From {small:,} to {large:,} forms: growth {statistics.median(values):.2f}."


def summary(found: Sequence[Measurement]) -> list[str]:
    """Return the short table of the README: the median ratio of each suite and peer."""
    lines = ["| work | forms | beside | perfkg is faster, median |", "|---|---|---|---|"]
    ratios: dict[tuple[str, int, str], list[float]] = {}
    for item in (item for item in found if item.engine == OURS):
        for engine in dict.fromkeys(i.engine for i in found if i.suite == item.suite):
            peer = _peer([i for i in found if i.suite == item.suite], item, engine)
            if peer is not None and engine != OURS:
                ratios.setdefault((item.suite, item.forms, engine), []).append(ratio(item, peer))
    for (suite, forms, engine), values in ratios.items():
        title = TITLES.get(suite, suite).partition(":")[0]
        lines.append(f"| {title} | {forms:,} | {engine} | {statistics.median(values):,.1f}× |")
    return lines
