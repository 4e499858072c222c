"""All suites, each in a process of its own: `python -m benchmarks --forms 1000 10000`.

Writes the report as Markdown with a picture and the figures as JSON, and brings the table of the
README up to date. `--suites` runs some of them: figures of the others stay as an earlier run
measured them, and with none named the report is written anew from those. What is made of the
generated forms is kept in `--folder`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks import asking, dumping, harvesting, loading, mapping, reviewing, saved, service
from benchmarks.data import Data
from benchmarks.measurement import Measurement
from benchmarks.picture import drawn
from benchmarks.report import PICTURE, TITLES, summary, told

SUITES: dict[str, Callable[[Data], Iterator[Measurement]]] = {
    harvesting.READING: harvesting.measure_reading,
    mapping.SUITE: mapping.measure,
    loading.SUITE: loading.measure,
    harvesting.INGEST: harvesting.measure_ingest,
    reviewing.SUITE: reviewing.measure,
    asking.SUITE: asking.measure,
    saved.SUITE: saved.measure,
    service.SUITE: service.measure,
    dumping.SUITE: dumping.measure,
}
_DATA = "data"
_DUMPED = 10_000
"""Up to so many forms are dumped beforehand; few suites are run with more, and fewer need it."""
ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- benchmarks: begin -->\n", "<!-- benchmarks: end -->"


def main() -> None:
    """Run the suites that are asked for."""
    options = _options()
    if options.one == _DATA:
        data = Data(options.forms[0], options.folder)
        _ = data.store
        if data.forms <= _DUMPED:
            _ = data.dump
        return
    if options.one:
        for measurement in SUITES[options.one](Data(options.forms[0], options.folder)):
            sys.stdout.write(json.dumps(asdict(measurement)) + "\n")
        return
    if not options.suites:
        _keep([], options.output)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        for size in options.forms:
            # By a process of its own: what that takes is no memory of a suite.
            list(_run(_DATA, size, folder))
            for suite in options.suites:
                # At once: what was measured is not lost with a suite that fails.
                _keep(list(_run(suite, size, folder)), options.output)


def _run(suite: str, forms: int, folder: Path) -> Iterator[Measurement]:
    """Run one suite in a process of its own, whose memory is then its own as well."""
    sys.stderr.write(f"{suite}, {forms:,} forms\n")
    command = [sys.executable, "-m", "benchmarks", "--one", suite, "--forms", str(forms)]
    command += ["--folder", str(folder)]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603
    for line in run.stdout.splitlines():
        yield Measurement(**json.loads(line))


def _keep(found: list[Measurement], output: Path) -> None:
    """Put what was measured in the place of what an earlier run measured of the same."""
    output.mkdir(parents=True, exist_ok=True)
    figures = output / "benchmarks.json"
    before = json.loads(figures.read_text()) if figures.exists() else []
    fresh = {(item.suite, item.forms) for item in found}
    kept = [item for item in (Measurement(**m) for m in before) if _of(item) not in fresh]
    order = list(SUITES)
    all_ = sorted([*kept, *found], key=lambda item: (order.index(item.suite), item.forms))
    figures.write_text(json.dumps([asdict(item) for item in all_], indent=1) + "\n")
    (output / "benchmarks.md").write_text(told(all_), encoding="utf-8")
    picture = drawn(all_, TITLES)
    if picture is not None:
        (output / PICTURE).write_text(picture, encoding="utf-8")
    if output == ROOT / "docs":
        _bring_readme_up_to_date(all_)


def _of(item: Measurement) -> tuple[str, int]:
    return item.suite, item.forms


def _bring_readme_up_to_date(found: list[Measurement]) -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    start, _, rest = text.partition(BEGIN)
    table = "\n".join(summary(found)) + "\n"
    readme.write_text(f"{start}{BEGIN}{table}{END}{rest.partition(END)[2]}", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--forms", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--suites", nargs="*", choices=list(SUITES), default=list(SUITES))
    parser.add_argument("--folder", type=Path, help="keeps what is made of the forms")
    parser.add_argument("--output", type=Path, default=ROOT / "docs", help="folder of the report")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
