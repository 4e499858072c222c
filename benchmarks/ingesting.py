"""What an ingest costs, stage by stage: `python -m benchmarks.ingesting FOLDER`.

The files, such as `python -m benchmarks.files` makes, are read in this process, and ingested into
new stores by the command in processes of their own: stored; then once more, with nothing new; then
stored and checked. Told are the time on the clock, the processor time of all processes, and the
largest memory of any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from perfkg.harvest import Harvester, find_places, harvest
from perfkg.readers.limits import DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        clock, processor: seconds. memory: megabytes.
        told: what the command said.
    """

    clock: float
    processor: float
    memory: float
    told: dict[str, Any]


def run(folder: Path, store: Path, *options: str) -> Cost:
    """Ingest a folder in a process of its own."""
    command = [sys.executable, "-m", "perfkg", "ingest", str(folder), "--store", str(store)]
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--format", "json", *options], stdout=out, stderr=subprocess.DEVNULL
        )
        _, _, used = os.wait4(process.pid, 0)
        clock = time.monotonic() - start
        out.seek(0)
        told = json.load(out)
    return Cost(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, told)


def reading(folder: Path) -> tuple[float, int]:
    """Read and map a folder in this process; return the processor time and the forms."""
    forms, start = 0, time.process_time()
    for found in harvest(find_places([folder]), Harvester("https://example.org/", DEFAULT_LIMITS)):
        forms += len(found.file.forms) if found.file else 0
    return time.process_time() - start, forms


STEPS: Final = {
    "store": ("ingest, no check", "store", ("--no-validate",)),
    "again": ("the same again", "store", ("--no-validate",)),
    "check": ("ingest and check", "checked", ()),
}
"""What each step is called, which store it writes, and how it is run."""


def main() -> None:
    """Print a table in Markdown, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--steps", default="read,store,again,check")
    asked = parser.parse_args()
    _say("| step | clock s | processor s | ms a file | most memory MB |")
    _say("|---" * 5 + "|")
    wanted = asked.steps.split(",")
    if "read" in wanted:
        spent, forms = reading(asked.folder)
        _say(f"| read and map, one process | | {spent:.1f} | {spent * 1000 / forms:.2f} | |")
    with tempfile.TemporaryDirectory(prefix="perfkg-bench-") as place:
        for step in (name for name in STEPS if name in wanted):
            name, where, options = STEPS[step]
            store = Path(place) / where
            cost = run(asked.folder, store, "--workers", asked.workers, *options)
            each = cost.processor * 1000 / cost.told["found"]
            _say(
                f"| {name} | {cost.clock:.1f} | {cost.processor:.1f} | {each:.2f} | "
                f"{cost.memory:.0f} |"
            )
            if step == "store":
                files, triples = cost.told["found"], cost.told["triples"]
                size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
                told = f"{files:,} files, {cost.told['forms']:,} forms, {triples:,} triples; "
                told += f"{size / 1e6:,.0f} MB on disk, {size / triples:.0f} bytes a triple; "
                told += f"{asked.workers} reading processes"
        if "store" in wanted:
            _say(f"\n{told}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
