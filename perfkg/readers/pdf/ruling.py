"""From drawn rules to the grids of tables, merged cells included.

Between two neighbouring positions of a grid there is a border where a rule covers most of the
shared side; positions without a border between them are one cell. So a table is read also where
its outer sides are open or a rule falls short of a corner.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from perfkg.readers.pdf.marks import Rule
from perfkg.readers.pdf.tables import Span

MAX_RULES = 2_000
"""Rules of one page, after joining, among which tables are looked for."""

MAX_POSITIONS = 40_000
"""Positions (rows times columns) of one table's grid."""

_COVERED = 0.6
_OVERHANG = 2
_SAME_END = 2


@dataclass(frozen=True, slots=True)
class Ruling:
    """The grid of one ruled table.

    Attributes:
        xs, ys: boundaries of its columns and rows.
        spans: its cells from the top left to the bottom right.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[Span, ...]

    @property
    def area(self) -> float:
        """The area it covers on the page."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def owner(self, x: float, y: float) -> tuple[int, int] | None:
        """The position of the grid that holds a point, or None outside of the table."""
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1


def join_rules(rules: list[Rule], tolerance: float) -> list[Rule]:
    """Put rules that lie within `tolerance` on one position and join their touching parts."""
    return [*_joined(rules, True, tolerance), *_joined(rules, False, tolerance)]


def _joined(rules: list[Rule], flat: bool, tolerance: float) -> Iterator[Rule]:
    group: list[Rule] = []
    for rule in sorted((r for r in rules if r.flat is flat), key=lambda rule: rule.at):
        if group and rule.at - group[0].at > tolerance:
            yield from _parts(group, tolerance)
            group = []
        group.append(rule)
    if group:
        yield from _parts(group, tolerance)


def _parts(group: list[Rule], tolerance: float) -> Iterator[Rule]:
    at = (group[0].at + group[-1].at) / 2
    parts = sorted((rule.start, rule.end) for rule in group)
    start, end = parts[0]
    for following, its_end in [*parts[1:], (float("inf"), 0.0)]:
        if following <= end + tolerance:
            end = max(end, its_end)
            continue
        if end - start > 1.5 * tolerance:
            yield Rule(group[0].flat, at, start, end)
        start, end = following, its_end


def rulings(rules: list[Rule], tolerance: float) -> list[Ruling]:
    """The grids that joined rules draw, each of at least two cells."""
    if len(rules) > MAX_RULES:
        return []
    found = (_ruling(group, tolerance) for group in _touching(rules, tolerance))
    return [ruling for ruling in found if ruling is not None]


def _touching(rules: list[Rule], tolerance: float) -> list[list[Rule]]:
    """Groups of rules that cross or meet."""
    flats = [index for index, rule in enumerate(rules) if rule.flat]
    heights = [rules[index].at for index in flats]
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for index, rule in enumerate(rules):
        if rule.flat:
            continue
        first = bisect_left(heights, rule.start - tolerance)
        last = bisect_right(heights, rule.end + tolerance)
        for flat in flats[first:last]:
            if rules[flat].start - tolerance <= rule.at <= rules[flat].end + tolerance:
                parent[root(flat)] = root(index)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), []).append(rule)
    return _with_loose(list(groups.values()), _SAME_END * tolerance)


def _with_loose(groups: list[list[Rule]], near: float) -> list[list[Rule]]:
    """Give upright rules that meet no other to the table whose upright rules are as long.

    Cells cut off at both ends of a page, such as a side column, have no other rules there.
    """
    whole = [group for group in groups if len({rule.flat for rule in group}) == 2]
    ends = [[(rule.start, rule.end) for rule in group if not rule.flat] for group in whole]
    for group in groups:
        rule = group[0]
        if len(group) > 1 or rule.flat:
            continue
        for table, its_ends in zip(whole, ends, strict=True):
            if any(
                abs(start - rule.start) <= near and abs(end - rule.end) <= near
                for start, end in its_ends
            ):
                table.append(rule)
                break
    return whole


def _ruling(group: list[Rule], tolerance: float) -> Ruling | None:
    flats = [rule for rule in group if rule.flat]
    uprights = [rule for rule in group if not rule.flat]
    if not flats or not uprights:
        return None
    xs = _boundaries(uprights, flats, tolerance)
    ys = _boundaries(flats, uprights, tolerance)
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > MAX_POSITIONS:
        return None
    walls = _walls(uprights, xs, ys)
    floors = _walls(flats, ys, xs)
    spans = _spans(walls, floors, len(ys) - 1, len(xs) - 1)
    return _compact(xs, ys, spans) if len(spans) > 1 else None


def _boundaries(rules: list[Rule], across: list[Rule], tolerance: float) -> list[float]:
    """Positions of the rules; an open side ends where at least two rules across it end."""
    found = sorted({rule.at for rule in rules})
    reach = _OVERHANG * tolerance
    if sum(rule.start < found[0] - reach for rule in across) > 1:
        found.insert(0, min(rule.start for rule in across))
    if sum(rule.end > found[-1] + reach for rule in across) > 1:
        found.append(max(rule.end for rule in across))
    return found


def _walls(rules: list[Rule], ats: list[float], steps: list[float]) -> list[list[bool]]:
    """For each boundary and each step along it: whether a rule is drawn there."""
    index = {at: number for number, at in enumerate(ats)}
    drawn = [[0.0] * (len(steps) - 1) for _ in ats]
    for rule in rules:
        row = drawn[index[rule.at]]
        first = max(bisect_right(steps, rule.start) - 1, 0)
        for step in range(first, len(steps) - 1):
            if steps[step] >= rule.end:
                break
            row[step] += min(rule.end, steps[step + 1]) - max(rule.start, steps[step])
    return [
        [
            length >= _COVERED * (after - before)
            for length, before, after in zip(row, steps, steps[1:], strict=False)
        ]
        for row in drawn
    ]


def _spans(
    walls: list[list[bool]], floors: list[list[bool]], height: int, width: int
) -> list[Span]:
    """Rectangles of positions that no border divides, from the top left."""
    taken = [[False] * width for _ in range(height)]
    spans = []
    for row in range(height):
        for column in range(width):
            if taken[row][column]:
                continue
            last = column
            while last + 1 < width and not walls[last + 1][row] and not taken[row][last + 1]:
                last += 1
            bottom = row
            while bottom + 1 < height and _open(walls, floors, taken, bottom + 1, column, last):
                bottom += 1
            for filled in range(row, bottom + 1):
                taken[filled][column : last + 1] = [True] * (last + 1 - column)
            spans.append(Span(row, column, bottom, last))
    return spans


def _open(
    walls: list[list[bool]],
    floors: list[list[bool]],
    taken: list[list[bool]],
    row: int,
    first: int,
    last: int,
) -> bool:
    """Whether the cell above goes on into `row` over its whole width."""
    columns = range(first, last + 1)
    if any(floors[row][column] or taken[row][column] for column in columns):
        return False
    return not any(walls[column][row] for column in range(first + 1, last + 1))


def _compact(xs: list[float], ys: list[float], spans: list[Span]) -> Ruling:
    """Drop boundaries at which no cell begins, such as a rule that goes nowhere leaves."""
    columns = sorted({span.column for span in spans})
    rows = sorted({span.row for span in spans})
    return Ruling(
        (*(xs[column] for column in columns), xs[-1]),
        (*(ys[row] for row in rows), ys[-1]),
        tuple(
            Span(
                bisect_left(rows, span.row),
                bisect_left(columns, span.column),
                bisect_right(rows, span.last_row) - 1,
                bisect_right(columns, span.last_column) - 1,
            )
            for span in spans
        ),
    )
