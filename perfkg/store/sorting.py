"""Sorting more lines than fit into memory: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

RUN: Final = 32 * 1024 * 1024
"""Bytes of lines that are held in memory at once."""
MOST_RUNS: Final = 128
"""Runs that are kept apart, each an open file; as many as these become one."""


def sorted_once(
    lines: Iterable[bytes], folder: Path | None, run: int = RUN, most_runs: int = MOST_RUNS
) -> Iterator[bytes]:
    """Yield the lines in byte order, each once.

    Args:
        lines: each with its line end.
        folder: where the sorted runs may lie meanwhile; None for the system's own such folder.
        run: bytes that a run may have. most_runs: files that may be open at once.
    """
    with ExitStack() as stack:

        def kept(some: Iterable[bytes]) -> IO[bytes]:
            file = stack.enter_context(tempfile.TemporaryFile(dir=folder))
            file.writelines(some)
            file.seek(0)
            return file

        runs: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= run:
                runs.append(kept(sorted(held)))
                held, size = [], 0
            if len(runs) == most_runs:
                merged = kept(heapq.merge(*runs))
                for file in runs:
                    file.close()
                runs = [merged]
        before: bytes | None = None
        for line in heapq.merge(*runs, sorted(held)):
            if line != before:
                yield line
            before = line
