"""Radicals that stand for characters, as PDF fonts and copied text give them.

A PDF names glyphs, and a font draws the radical ⻘ and the character 青 with the same one; which of
the two comes out is chance. What is printed is the character. `radicals.txt` holds the pairs of
Unicode's property Equivalent_Unified_Ideograph for U+2E80 to U+2FDF; NFKC knows only some. Of the
characters of GB 2312, as Chromium prints them in Noto Sans CJK SC and Noto Serif CJK SC, all come
back so but two, which differ here from Unicode: ⼾ is 户 (not the traditional 戶), and 㬵 is 胶.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from perfkg.readers.grid import Grid, Row

_RADICAL = re.compile("[\u2e80-\u2fdf㬵]")


@cache
def _pairs() -> dict[int, str]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    return {ord(pair[0]): pair[1] for pair in text.split()}


def unified(text: str) -> str:
    """Return `text` with characters in place of radicals.

    >>> unified("⻘⽯镇中⼼⼩学"), unified("⽤⼾满意度"), unified("橡㬵跑道")
    ('青石镇中心小学', '用户满意度', '橡胶跑道')
    """
    return text.translate(_pairs()) if _RADICAL.search(text) else text


def unified_grid(grid: Grid) -> Grid:
    """Return `grid` with the texts of all cells unified."""
    if not _RADICAL.search("".join([cell.text for row in grid for cell in row.filled])):
        return grid
    return Grid(tuple(_row(row) for row in grid))


def _row(row: Row) -> Row:
    return replace(row, cells=tuple(replace(c, text=unified(c.text)) for c in row.cells))
