"""What the tests of the readers share: reading and showing a grid."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from perfkg.messages import Problem
from perfkg.readers.grid import Grid

Reader = Callable[[bytes, str], tuple[Grid, tuple[Problem, ...]]]


def texts(grid: Grid) -> list[list[str]]:
    """Return the texts of all rows."""
    return [[cell.text for cell in row.cells] for row in grid]


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip archive with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return buffer.getvalue()
