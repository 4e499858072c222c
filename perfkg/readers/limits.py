"""How much of a file is read: the bounds that a user may move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The setting that moves each bound is named with it.

    Attributes:
        file_size: bytes of a file; a larger one is not read (`PERFKG_MAX_FILE_SIZE`).
        unpacked: bytes to which a packed part of an Office file may grow where it is read as a
            whole (`PERFKG_MAX_UNPACKED`).
        cells: cells of a document; those after are left out (`PERFKG_MAX_CELLS`).
        rows: rows of one sheet of a workbook; those below are left out (`PERFKG_MAX_SHEET_ROWS`).
        pages: pages of a PDF; those after are left out (`PERFKG_MAX_PAGES`).
        seconds: time for a PDF; the pages read until then are kept (`PERFKG_READ_TIMEOUT`).
        memory: bytes of address space of the process that reads a PDF (`PERFKG_READ_MEMORY`).
    """

    file_size: int = 64 * MEGABYTE
    unpacked: int = 48 * MEGABYTE
    cells: int = 1_000_000
    rows: int = 50_000
    pages: int = 1_000
    seconds: float = 120
    memory: int = 1024 * MEGABYTE


DEFAULT_LIMITS: Final = Limits()
