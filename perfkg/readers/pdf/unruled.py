"""Tables without drawn lines, or with horizontal lines only, inferred from where words stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from perfkg.readers.pdf.blocks import Box, blocks_of
from perfkg.readers.pdf.columns import set_columns
from perfkg.readers.pdf.marks import Glyph, Rule
from perfkg.readers.pdf.tables import Span, Table

MAX_GLYPHS = 15_000
"""Glyphs of one page among which unruled tables are looked for."""

_SAME_ROW = 0.3
_BETWEEN = 1.6
_CENTRED = 0.35
_LEAST_ROWS = 3
_MOST_PLAIN = 6


@dataclass(slots=True)
class _Band:
    """One row: how far its text reaches, and the cells that stand in it alone."""

    top: float
    bottom: float
    blocks: list[Box] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def columns(self) -> set[int]:
        return {c for block in self.blocks for c in range(block.first, block.last + 1)}

    def meets(self, block: Box) -> bool:
        shared = min(block.bottom, self.bottom) - max(block.top, self.top)
        return shared > _SAME_ROW * min(block.height, self.bottom - self.top)

    def holds(self, block: Box) -> bool:
        """Whether a cell that meets the row stands in it, and not between it and the next."""
        aligned = _SAME_ROW * block.size
        ends = abs(block.top - self.top) < aligned or abs(block.bottom - self.bottom) < aligned
        return ends or self.top <= block.middle <= self.bottom

    def add(self, block: Box) -> None:
        self.blocks.append(block)
        self.top, self.bottom = min(self.top, block.top), max(self.bottom, block.bottom)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Cells with their rows and columns."""

    edges: tuple[float, ...]
    blocks: list[Box]
    height: int

    def table(self, first: int, last: int) -> Table:
        """The table in the rows from `first` to `last`."""
        inside = self.within(first, last)
        cells = tuple(
            (Span(b.first_row - first, b.first, b.last_row - first, b.last), b.text) for b in inside
        )
        return Table(min(b.top for b in inside), self.edges, last - first + 1, cells)

    def within(self, first: int, last: int) -> list[Box]:
        """The cells in these rows."""
        return [b for b in self.blocks if first <= b.first_row and b.last_row <= last]


def unruled(glyphs: list[Glyph], rules: list[Rule]) -> tuple[list[Table], list[Glyph]]:
    """Find the tables among `glyphs`.

    Args:
        glyphs: the text of a page.
        rules: horizontal rules, which no cell crosses.

    Returns:
        the tables and the glyphs that stand in none.
    """
    layout = _layout(glyphs, rules)
    if layout is None:
        return [], glyphs
    tables: list[Table] = []
    taken: set[int] = set()
    for first, last in _regions(layout):
        tables.append(layout.table(first, last))
        taken |= {id(glyph) for b in layout.within(first, last) for glyph in b.glyphs}
    return tables, [glyph for glyph in glyphs if id(glyph) not in taken]


def split_columns(glyphs: list[Glyph], rules: list[Rule]) -> Table | None:
    """Divide a box that has no upright rules inside; None when its text shows no columns."""
    layout = _layout(glyphs, [rule for rule in rules if rule.flat])
    return None if layout is None else layout.table(0, layout.height - 1)


def _layout(glyphs: list[Glyph], rules: list[Rule]) -> _Layout | None:
    if not glyphs or len(glyphs) > MAX_GLYPHS:
        return None
    blocks = blocks_of(glyphs, rules)
    edges = set_columns(blocks)
    if len(edges) == 2:
        return None
    blocks = _merged(blocks)
    bands = _interleaved(_bands(blocks))
    for number, band in enumerate(bands):
        for block in band.blocks:
            block.first_row = block.last_row = number
    _place_tall(blocks, bands)
    for column in range(len(edges) - 2):
        _tile(column, blocks, bands)
    return _Layout(edges, _merged(blocks, placed=True), len(bands))


def _merged(blocks: list[Box], *, placed: bool = False) -> list[Box]:
    """Join cells that came to the same column at the same height, or to the same position."""
    found: dict[int, list[Box]] = {}
    for block in sorted(blocks, key=lambda block: block.top):
        column = found.setdefault(block.first, [])
        above = column[-1] if column else None
        if above is None or not (
            above.first_row == block.first_row if placed else above.beside(block)
        ):
            column.append(block)
            continue
        whole = Box.around(above.glyphs + block.glyphs)
        whole.first, whole.last = above.first, max(above.last, block.last)
        whole.first_row, whole.last_row = above.first_row, max(above.last_row, block.last_row)
        column[-1] = whole
    return [block for column in found.values() for block in column]


def _bands(blocks: list[Box]) -> list[_Band]:
    """Rows, from the lowest cells to the tallest; a cell over several rows makes none.

    Whether a cell that only reaches into a row stands over several is seen when all others stand.
    """
    bands: list[_Band] = []
    waiting: list[Box] = []
    for block in sorted(blocks, key=lambda block: (round(block.height), block.top)):
        met = [band for band in bands if band.meets(block)]
        if not met:
            bands.append(_Band(block.top, block.bottom, [block]))
        elif len(met) == 1:
            if met[0].holds(block):
                met[0].add(block)
            else:
                waiting.append(block)
    for block in waiting:
        met = [band for band in bands if band.meets(block)]
        if len(met) == 1:
            met[0].add(block)
    return sorted(bands, key=lambda band: band.middle)


def _interleaved(bands: list[_Band]) -> list[_Band]:
    """Drop bands of cells that stand between two rows because they are centred over them."""
    full = [band for band in bands if len(band.blocks) > 1]
    if len(full) < _LEAST_ROWS:
        return bands
    usual = median(below.middle - above.middle for above, below in pairwise(full))
    kept = [bands[0]]
    for band, below in pairwise(bands[1:]):
        between = (
            below.middle - kept[-1].middle <= _BETWEEN * usual
            and not band.columns & (kept[-1].columns | below.columns)
            and len(band.blocks) <= max(len(kept[-1].blocks), len(below.blocks))
        )
        if not between:
            kept.append(band)
    return [*kept, bands[-1]]


def _place_tall(blocks: list[Box], bands: list[_Band]) -> None:
    """Give each cell that makes no row the rows that it stands beside."""
    single = {id(block) for band in bands for block in band.blocks}
    for block in blocks:
        if id(block) in single:
            continue
        met = [number for number, band in enumerate(bands) if band.meets(block)]
        if not met:
            below = sum(band.middle < block.middle for band in bands)
            met = [max(below - 1, 0), min(below, len(bands) - 1)]
        block.first_row, block.last_row = met[0], met[-1]


def _tile(column: int, blocks: list[Box], bands: list[_Band]) -> None:
    """Let the cells of one column cover the rows over which they are centred.

    Tried in each stretch of rows without a cell that comes from another column; kept only if
    every row of the stretch then belongs to exactly one cell, save that rows of one cell each
    may come first. So cells at the top of their rows stay there.
    """
    mine = sorted((b for b in blocks if b.first == column), key=lambda b: b.middle)
    wide = [b for b in blocks if b.first < column <= b.last]
    breaks = sorted({-1, len(bands), *(row for b in wide for row in (b.first_row, b.last_row))})
    for above, below in pairwise(breaks):
        cells = [b for b in mine if above < b.first_row and b.last_row < below]
        if len(cells) == below - above - 1:
            continue
        for number, cell in enumerate(cells):
            start = above + 1 if number == 0 else cell.first_row
            if number and cells[number - 1].last_row + 1 < start:
                break
            spans = _tiling(cells[number:], bands, start, below)
            if spans is not None and _nested(column, spans, blocks):
                for block, (first, last) in zip(cells[number:], spans, strict=True):
                    block.first_row, block.last_row = first, last
                break


def _tiling(
    cells: list[Box], bands: list[_Band], start: int, end: int
) -> list[tuple[int, int]] | None:
    """Rows for each cell so that it is centred over them and none is left, if there are such."""
    spans = []
    for cell in cells:
        if start >= end:
            return None
        distance, last = min(
            (abs((bands[start].top + bands[last].bottom) / 2 - cell.middle), last)
            for last in range(start, end)
        )
        if distance > _CENTRED * cell.size:
            return None
        spans.append((start, last))
        start = last + 1
    return spans if start == end else None


def _nested(column: int, spans: list[tuple[int, int]], blocks: list[Box]) -> bool:
    """Whether cells at the left hold the rows of each merged cell whole, as headings do."""
    left = [block for block in blocks if block.last < column]
    return not any(
        first < last
        and block.first_row <= last
        and first <= block.last_row
        and not (block.first_row <= first and last <= block.last_row)
        for first, last in spans
        for block in left
    )


def _regions(layout: _Layout) -> Iterator[tuple[int, int]]:
    """First and last rows of the tables: rows of several cells with few others between."""
    count = [0] * layout.height
    for block in layout.blocks:
        for row in range(block.first_row, block.last_row + 1):
            count[row] += 1
    full = [row for row in range(layout.height) if count[row] > 1]
    start = 0
    for index, row in enumerate(full):
        if index + 1 == len(full) or full[index + 1] - row > _MOST_PLAIN:
            if index + 1 - start >= _LEAST_ROWS:
                yield full[start], row
            start = index + 1
