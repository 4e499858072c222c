"""How many forms a second are read, by format: `python -m benchmarks.reading`.

One file at a time on one core; what counts is processor time, that of the process which reads PDFs
included (as Linux tells it). The files are made before the clock starts: the ten bundled forms,
written in each format by the libraries that the round-trip tests use. Each format is read for a
fixed time, three times; the median counts.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from perfkg.reading import read_bytes, read_file
from perfkg.resources import demo_folder
from tests.roundtrip.formats import FORMATS
from tests.roundtrip.layouts import shanghai

SECONDS = 2.0
ROUNDS = 3
GOALS = {"txt": 1000, "xlsx": 200, "docx": 100, "html": 400}
"""Forms a second that the project has set itself."""


def _spent() -> float:
    """Return the processor time of this process and its children in seconds."""
    ticks = 0
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            fields = Path("/proc", child, "stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")


def _rate(read: Callable[[], object], count: int) -> float:
    """Return the median rate of things read in a second."""
    rates = []
    for _ in range(ROUNDS):
        done, start = 0, _spent()
        while _spent() - start < SECONDS:
            read()
            done += count
        rates.append(done / (_spent() - start))
    return statistics.median(rates)


def _of_format(extension: str) -> float:
    forms = read_file(next(demo_folder().glob("*.txt"))).forms
    files = [FORMATS[extension](shanghai(form)) for form in forms]

    def read_all() -> None:
        for data in files:
            if not read_bytes(f"form.{extension}", data).forms:
                raise SystemExit(f"a form was not read back from {extension}")

    return _rate(read_all, len(files))


def main() -> None:
    """Print a table in Markdown."""
    bundled = next(demo_folder().glob("*.txt"))
    data = bundled.read_bytes()
    lines = ["| format | forms/s, median of 3 | goal |", "|---|---|---|"]
    rate = _rate(lambda: read_bytes(bundled.name, data), 10)
    lines.append(f"| the bundled text (damaged) | {rate:,.0f} | 1,000 |")
    for extension in FORMATS:
        goal = GOALS.get(extension)
        lines.append(f"| {extension} | {_of_format(extension):,.0f} | {goal or ''} |")
    for path in map(Path, sys.argv[1:]):
        content = path.read_bytes()
        name = path.name
        rate = _rate(lambda content=content, name=name: read_bytes(name, content), 1)
        lines.append(f"| {path.name}, files/s | {rate:,.1f} | |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
