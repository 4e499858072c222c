"""The indicator table in text without separators, row by row under the columns of its head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perfkg.readers.text.anchors import Anchors, Column
from perfkg.readers.text.looks import Looks
from perfkg.readers.text.pairs import Bounds, row_cutter
from perfkg.readers.text.strip import Strip
from perfkg.vocabulary import Headings

EMPTY: Bounds = (0, 0)
"""A cell that prints nothing."""

Cut = list[Bounds]
"""A row: where each of its cells begins and ends."""

_NOT_BEFORE = frozenset("的和与及或对各按于在为、等该本其")
_NOT_AFTER = frozenset("的、等,。;")
_LEVELS = ("level1", "level2")


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of the table, told by its head.

    Attributes:
        columns: the role of each column.
    """

    columns: tuple[str, ...]

    @classmethod
    def of(cls, tiles: Sequence[Column]) -> Head:
        """Return the columns that the labels of a head open."""
        return cls(tuple(tile.role for tile in tiles))

    @property
    def roles(self) -> tuple[str, ...]:
        """The columns behind the headings."""
        return tuple(role for role in self.columns if role not in ("side", *_LEVELS))

    def row(self, cells: dict[str, Bounds]) -> Cut:
        """Return a row with each cell under its column, or in order where one has none."""
        if "child" in self.columns and "name" in cells:
            cells = {**cells, "child": cells["name"]}
            del cells["name"]
        if not cells.keys() <= set(self.columns):
            return list(cells.values())
        row = [EMPTY] * len(self.columns)
        for role, bounds in cells.items():
            row[self.columns.index(role)] = bounds
        return row


PLAIN_HEAD = Head((*_LEVELS, "name", "value"))


@dataclass(slots=True)
class TableCutter:
    """Cuts what stands below the head of one table."""

    strip: Strip
    anchors: Anchors
    headings: Headings
    looks: Looks
    head: Head = PLAIN_HEAD
    _above: str = ""

    def rows(self, start: int, end: int) -> Iterator[Cut]:
        """Yield the rows between `start` and `end`."""
        at = start
        waiting: dict[str, Bounds] = {}
        for bounds in [*self._headings(start, end), (end, end)]:
            if bounds[0] > at or (bounds[0] == end and waiting):
                yield from self._text(waiting, at, bounds[0])
                waiting = {}
            level = self._level(bounds, waiting, end)
            if level in waiting:
                yield self.head.row(waiting)
                waiting = {}
            if bounds[0] < end:
                waiting[level] = bounds
            at = bounds[1]

    def _headings(self, start: int, end: int) -> Iterator[Bounds]:
        text = self.strip.bare
        last = start
        for found in self.anchors.heading.finditer(text, start, end):
            at, after = found.span()
            touches = at == last
            guarded = text[at - 1] in _NOT_BEFORE or text[after : after + 1] in _NOT_AFTER
            if touches or not guarded:
                yield at, after
                last = after

    def _level(self, bounds: Bounds, waiting: dict[str, Bounds], end: int) -> str:
        """Tell whether a heading such as 成本指标 stands for a first or a second level."""
        text = self.strip.bare
        found = self.headings.find(text[slice(*bounds)])
        levels = {heading.level for heading in found}
        if levels == {1, 2}:
            behind = self.anchors.heading.match(text, bounds[1], end)
            children = self.headings.find(behind.group()) if behind else ()
            opens = any(child.parent == found[0].label for child in children)
            under = any(heading.parent == self._above for heading in found)
            levels = {1} if opens or ("level1" not in waiting and not under) else {2}
        if levels == {1}:
            self._above = found[0].label
            return "level1" if "level2" not in waiting else "level2"
        return "level2"

    def _text(self, headings: dict[str, Bounds], start: int, end: int) -> Iterator[Cut]:
        """Yield the rows below one heading; the heading stands in the first of them."""
        text = self.strip.bare
        total = self.anchors.total.search(text, start, end)
        stop = total.start() if total and text[total.start() - 1] not in _NOT_BEFORE else end
        cutter = row_cutter(self.head.roles, self.looks)
        found = cutter.cut(text, self.strip.gaps, (start, stop)) if stop > start else [{}]
        for cells in found:
            if cells or headings:
                yield self.head.row({**headings, **cells})
            headings = {}
        if total and stop < end:
            yield [total.span(), (total.end(), end)]
