"""Cells separated by tabs, as they are lifted from a PDF or copied from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perfkg.readers.text.draft import Draft, split_at
from perfkg.readers.text.lines import Line


def read_tabs(lines: Sequence[Line]) -> Iterator[Draft]:
    """Split each line at its tabs; a line without one is a single cell."""
    for line in lines:
        yield Draft(line.number, [part.strip() for part in split_at(line.text, "\t")])
