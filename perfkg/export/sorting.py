"""Sorting more lines than fit into memory: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

RUN: Final = 32 * 1024 * 1024
"""Bytes of lines that are held in memory at once."""


def sorted_once(lines: Iterable[bytes], folder: Path, run: int = RUN) -> Iterator[bytes]:
    """Yield the lines in byte order, each once.

    Args:
        lines: each with its line end.
        folder: where the sorted runs may lie meanwhile.
        run: bytes that a run may have.
    """
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size >= run:
                file = stack.enter_context(tempfile.TemporaryFile(dir=folder))
                file.writelines(sorted(held))
                file.seek(0)
                runs.append(file)
                held, size = [], 0
        runs.append(sorted(held))
        before: bytes | None = None
        for line in heapq.merge(*runs):
            if line != before:
                yield line
            before = line
