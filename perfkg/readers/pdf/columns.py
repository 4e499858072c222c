"""The columns of text that no lines divide, from the white space between its cells.

A boundary that many rows show divides the page (a main one). Where two cells of one row stand
in the same main column, as in the head of a form, that column is divided further. The cells
of other rows stay below the cell that they are aligned with, or begin in the first part that
any of those around them begins in, so that a column keeps its number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from perfkg.readers.pdf.blocks import Box

_LEAST_GAPS = 3
_LEAST_SCORE = 2
_WIDE = 1.5
_SEVERAL = 1.8
_ALIGNED = 0.3
_NEAR = 6
_LEAST_NARROW = 2


@dataclass(frozen=True, slots=True)
class _Gap:
    """The white space between a cell and the nearest one at its right."""

    start: float
    end: float
    left: Box
    right: Box

    @property
    def clear(self) -> bool:
        """Whether it divides two cells for itself: it is wide, or passes several lines."""
        size = min(self.left.size, self.right.size)
        tall = max(self.left.height, self.right.height) >= _SEVERAL * size
        return tall or self.end - self.start >= _WIDE * size


def set_columns(blocks: list[Box]) -> tuple[float, ...]:
    """Name the columns of each block, and return the boundaries from the left side to the right.

    There is one column only when the text shows no table.
    """
    gaps = _gaps(blocks)
    main, gaps = _take(gaps, blocks, _LEAST_GAPS, _LEAST_SCORE)
    sides = min(block.x0 for block in blocks), max(block.x1 for block in blocks)
    if not main:
        return sides
    minor, gaps = _take([gap for gap in gaps if gap.clear], [], 1, 1)
    narrow, _ = _take([gap for gap in gaps if not gap.clear], [], _LEAST_NARROW, 1)
    minor += narrow + _beside_labels(blocks, [*main, *minor, *narrow])
    every = sorted([*main, *minor])
    divided = _divided(blocks, minor)
    for block in blocks:
        block.first = bisect_right(every, block.x0)
        block.last = max(bisect_right(every, block.x1), block.first)
    _settle(blocks, divided, main)
    return sides[0], *every, sides[1]


def _divided(blocks: list[Box], minor: list[float]) -> set[int]:
    """The cells at both sides of a minor boundary, by identity."""
    found = set()
    for gap in _gaps(blocks):
        if any(gap.start <= at <= gap.end for at in minor):
            found |= {id(gap.left), id(gap.right)}
    return found


def _settle(blocks: list[Box], divided: set[int], main: list[float]) -> None:
    """Let the cells of undivided rows below one another begin in the same part of a column."""
    stretches: dict[int, list[Box]] = {}
    anchors = [block for block in blocks if id(block) in divided]
    for block in sorted(blocks, key=lambda block: block.middle):
        column = bisect_right(main, block.x0)
        if id(block) in divided:
            _level(stretches.pop(column, []))
            continue
        if any(_aligned(block, anchor) for anchor in anchors):
            anchors.append(block)
        else:
            stretches.setdefault(column, []).append(block)
    for stretch in stretches.values():
        _level(stretch)


def _aligned(block: Box, anchor: Box) -> bool:
    return (
        block.first == anchor.first
        and abs(block.x0 - anchor.x0) <= _ALIGNED * block.size
        and abs(block.middle - anchor.middle) <= _NEAR * block.size
    )


def _level(stretch: list[Box]) -> None:
    for group in _stacks(stretch):
        first = min(block.first for block in group)
        for block in group:
            block.first = first


def _stacks(blocks: list[Box]) -> list[list[Box]]:
    """Groups of blocks that share some width, from the left to the right."""
    stacks: list[list[Box]] = []
    right = 0.0
    for block in sorted(blocks, key=lambda block: block.x0):
        if stacks and block.x0 < right:
            stacks[-1].append(block)
        else:
            stacks.append([block])
        right = max(right, block.x1)
    return stacks


def _beside_labels(blocks: list[Box], boundaries: list[float]) -> list[float]:
    """Boundaries in the first column between labels that stand beside the others' labels.

    A label over many rows, such as 绩效指标, may stand at the height of a row that has no cell
    next to it.
    """
    end = min(boundaries)
    stacks = _stacks([block for block in blocks if block.x1 <= end])
    found = []
    for left, right in pairwise(stacks):
        x0, x1 = max(block.x1 for block in left), min(block.x0 for block in right)
        if x1 - x0 >= right[0].size:
            found.append((x0 + x1) / 2)
    return found


def _gaps(blocks: list[Box]) -> list[_Gap]:
    gaps = []
    ordered = sorted(blocks, key=lambda block: block.top)
    tops = [block.top for block in ordered]
    tallest = max(block.height for block in blocks)
    for block in ordered:
        first = bisect_right(tops, block.top - tallest)
        last = bisect_left(tops, block.bottom)
        beside = [b for b in ordered[first:last] if b.x0 >= block.x1 and block.beside(b)]
        if beside:
            nearest = min(beside, key=lambda other: other.x0)
            gaps.append(_Gap(block.x1, nearest.x0, block, nearest))
    return gaps


def _take(
    gaps: list[_Gap], crossed: list[Box], least: int, score: int
) -> tuple[list[float], list[_Gap]]:
    """Choose boundaries, the best first, until those left show too little.

    Returns:
        the boundaries in order, and the gaps in which none of them stands.
    """
    found: list[float] = []
    while gaps:
        count, its_score, at = _best(gaps, crossed)
        if count < least or its_score < score:
            break
        found.append(at)
        gaps = [gap for gap in gaps if not gap.start <= at <= gap.end]
    return sorted(found), gaps


def _best(gaps: list[_Gap], crossed: list[Box]) -> tuple[int, int, float]:
    """The best stretch, by gaps that agree less texts that cross, then the widest.

    Returns:
        its number of gaps, its score, its middle.
    """
    steps: dict[float, list[int]] = {}
    for gap in gaps:
        steps.setdefault(gap.start, [0, 0])[0] += 1
        steps.setdefault(gap.end, [0, 0])[0] -= 1
    for box in crossed:
        steps.setdefault(box.x0, [0, 0])[1] += 1
        steps.setdefault(box.x1, [0, 0])[1] -= 1
    best = (-len(crossed) - 1, 0.0, 0, 0.0)
    count = crossing = 0
    for at, after in pairwise(sorted(steps)):
        count += steps[at][0]
        crossing += steps[at][1]
        best = max(best, (count - crossing, after - at, count, (at + after) / 2))
    return best[2], best[0], best[3]
