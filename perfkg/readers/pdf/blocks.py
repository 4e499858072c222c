"""The cells of text that no lines divide: lines of print that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from perfkg.readers.pdf.lettering import Line, lines_of, text_of
from perfkg.readers.pdf.marks import Glyph, Rule

_SAME_LINE = 0.3
_GAP = 0.6
_BESIDE = 0.25
_LEADING = 0.75
_LEADING_UNKNOWN = 0.55
_OF_ROW_GAP = 0.8
_TIGHT = 0.35
_FULL = 1.2
_OVERPRINT = -0.3
_MANY = 3
_LEAST_GAPS = 2
_SLACK = 1.2


@dataclass(slots=True)
class Box:
    """Text in a rectangle: a piece of a line at first, then all lines of a cell.

    Attributes:
        glyphs: the characters.
        x0, x1, top, bottom: the rectangle.
        size: size of the type.
        first, last: columns that it covers.
        first_row, last_row: rows that it covers.
    """

    glyphs: list[Glyph]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    first: int = 0
    last: int = 0
    first_row: int = 0
    last_row: int = 0

    @classmethod
    def around(cls, glyphs: list[Glyph]) -> Box:
        """The box that holds `glyphs`."""
        line = Line(glyphs)
        return cls(glyphs, line.x0, line.x1, line.top, line.bottom, line.size)

    @property
    def middle(self) -> float:
        """The middle down."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """The height."""
        return self.bottom - self.top

    @property
    def text(self) -> str:
        """The text of the cell."""
        return text_of(self.glyphs)

    def beside(self, other: Box) -> bool:
        """Whether the two share some height."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > _BESIDE * min(self.height, other.height)


def blocks_of(glyphs: list[Glyph], rules: list[Rule]) -> list[Box]:
    """Cut the lines of print at gaps and join what stands close below one another.

    Args:
        glyphs: the text of a page or of a part of it.
        rules: horizontal rules; lines on both sides of one are never joined.
    """
    rows = [_pieces(line) for line in lines_of(glyphs, _SAME_LINE)]
    leading, tight = _leading(rows)
    pieces = [piece for row in rows for piece in row]
    right = max(piece.x1 for piece in pieces)
    most = max(len(row) for row in rows)
    follows: dict[int, int] = {}
    followed: dict[int, list[int]] = {}
    start = 0
    numbered = [(number, piece) for number, row in enumerate(rows) for piece in row]
    for index, (number, piece) in enumerate(numbered):
        while pieces[start].bottom < piece.top - piece.size:
            start += 1
        wrapped = tight and len(rows[number]) * 2 <= most
        above = [
            other
            for other in range(start, index)
            if numbered[other][0] < number
            and _under(pieces[other], piece, leading, right if wrapped else None)
            and not _ruled(pieces[other], piece, rules)
        ]
        if len(above) == 1:
            followed.setdefault(above[0], []).append(index)
            follows[index] = above[0]
    return _chains(pieces, follows, followed)


def _chains(
    pieces: list[Box], follows: dict[int, int], followed: dict[int, list[int]]
) -> list[Box]:
    """Join each piece to the one that it alone follows."""
    held: dict[int, list[Glyph]] = {}
    head: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        above = follows.get(index)
        if above is not None and len(followed[above]) == 1:
            head[index] = head[above]
            held[head[index]] += piece.glyphs
        else:
            head[index] = index
            held[index] = list(piece.glyphs)
    return [Box.around(glyphs) for glyphs in held.values()]


def _pieces(line: Line) -> list[Box]:
    pieces = []
    held = [line.glyphs[0]]
    for left, right in pairwise(line.glyphs):
        if right.x0 - left.x1 >= _GAP * min(left.size, right.size):
            pieces.append(Box.around(held))
            held = []
        held.append(right)
    return [*pieces, Box.around(held)]


def _leading(rows: list[list[Box]]) -> tuple[float, bool]:
    """How far apart lines of one cell may be, in sizes of type, and whether rows are tight.

    Measured on the lines of cells that stand around the middle of their row, else on the distance
    of neighbouring rows of at least three cells.
    """
    inside = _leading_inside(rows)
    if inside is not None:
        return inside, False
    gaps = []
    for above, below in pairwise(rows):
        if len(above) > 2 and len(below) > 2:
            distance = min(p.top for p in below) - max(p.bottom for p in above)
            gaps.append(distance / min(p.size for p in below))
    if not gaps:
        return _LEADING_UNKNOWN, False
    usual = median(gaps)
    return min(_LEADING, _OF_ROW_GAP * usual), usual < _TIGHT


def _leading_inside(rows: list[list[Box]]) -> float | None:
    """How far apart lines of one cell are where most cells of its row stand between two of them.

    So it looks when cells of two lines stand beside cells of one, each in the middle of the row:
    no row of its own comes between two lines without touching one.
    """
    gaps = []
    for above, between, below in zip(rows, rows[1:], rows[2:], strict=False):
        if len(between) < _MANY:
            continue
        top, bottom = max(p.bottom for p in above), min(p.top for p in below)
        crossed = [p for p in between if p.top < top and p.bottom > bottom]
        paired = [p for p in below if any(p.x0 < o.x1 and o.x0 < p.x1 for o in above)]
        if len(crossed) == len(between) and len(paired) == len(below):
            gaps.append((bottom - top) / min(p.size for p in below))
    return min(_LEADING, _SLACK * median(gaps)) if len(gaps) >= _LEAST_GAPS else None


def _under(above: Box, below: Box, leading: float, right: float | None) -> bool:
    """Whether `below` may be the next line of the cell that `above` is in.

    Args:
        above, below: two pieces of lines.
        leading: how far apart they may be, in sizes of type.
        right: in tables with tight rows, where a line must end to be wrapped.
    """
    size = min(above.size, below.size)
    distance = (below.top - above.bottom) / size
    shared = min(above.x1, below.x1) - max(above.x0, below.x0)
    if distance < _OVERPRINT or shared <= 0.5 * min(above.x1 - above.x0, below.x1 - below.x0):
        return False
    full = right is not None and above.x1 >= right - _FULL * size
    return distance <= leading or (full and distance <= _TIGHT)


def _ruled(above: Box, below: Box, rules: list[Rule]) -> bool:
    x = (max(above.x0, below.x0) + min(above.x1, below.x1)) / 2
    return any(
        above.middle < rule.at < below.middle and rule.start <= x <= rule.end for rule in rules
    )
