"""Rows as the shapes' readers give them, before they are numbered and placed in a block."""

from __future__ import annotations

from typing import NamedTuple

MAX_COLUMNS = 1_000
"""Cells of one row; what stands further right is joined into the last of them."""


class Draft(NamedTuple):
    """A row to be.

    Attributes:
        number: line of the row.
        texts: its cells from left to right, without surrounding white space.
        numbers: the line of each cell, where the cells stand on lines of their own.
        characters: where in its line each cell begins, if a line holds more than one row.
    """

    number: int
    texts: list[str]
    numbers: list[int] | None = None
    characters: list[int] | None = None


def split_at(text: str, sign: str) -> list[str]:
    """Split at every `sign`; what stands beyond the last column allowed stays together."""
    parts = text.split(sign, MAX_COLUMNS - 1)
    parts[-1] = parts[-1].replace(sign, " ")
    return parts
