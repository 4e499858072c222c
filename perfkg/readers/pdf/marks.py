"""What a page prints, as simple objects: glyphs, rules and pictures, the page turned upright."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pdfplumber.page import Page

MAX_GLYPHS = 60_000
"""Glyphs of one page that are laid out; a full page of small print has about 5,000."""

MAX_SHAPES = 100_000
"""Drawn shapes of one page that are looked at; maps and drawings have more, forms never."""

UNMAPPED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a glyph whose font does not tell the character."""

_UNMAPPED = re.compile(r"\(cid:\d+\)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_THIN = 3.0
_LEAST_SIZE = 1.0
_TURNED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character, top left of the page being the origin.

    Attributes:
        text: the character, or several for a ligature.
        x0, x1, top, bottom: its box in points.
        turn: quarter turns of the text against the page: 1 runs upwards, 3 downwards.
        spaced: whether a space was printed before it.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    turn: int = 0
    spaced: bool = False

    @property
    def x(self) -> float:
        """The middle across."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle down."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """The height, which is the size of the font."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight horizontal or vertical line.

    Attributes:
        flat: whether it is horizontal.
        at: its position across its direction.
        start, end: its extent along its direction.
    """

    flat: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What one page prints.

    Attributes:
        glyphs: the characters, white space left out, each once.
        rules: drawn lines and the borders of boxes.
        fills: borders of areas that are only filled, as backgrounds are.
        pictured: share of the page that the largest picture covers.
        drawn: number of other shapes (text turned into outlines has many).
    """

    glyphs: list[Glyph]
    rules: list[Rule]
    fills: list[Rule]
    pictured: float
    drawn: int


def marks_of(page: Page) -> Marks:
    """Collect what `page` prints."""
    width, height = float(page.width), float(page.height)
    left, above = float(page.bbox[0]), float(page.bbox[1])
    glyphs = list(_glyphs(page.chars[:MAX_GLYPHS], left, above, width, height))
    rules, fills = _rules(page, left, above)
    turn = _main_turn(glyphs)
    if turn:
        glyphs = [turned(glyph, turn, width, height) for glyph in glyphs]
        rules = [_turned_rule(rule, turn, width, height) for rule in rules]
        fills = [_turned_rule(rule, turn, width, height) for rule in fills]
    pictured = max((_covered(image, width, height) for image in page.images), default=0.0)
    return Marks(_once(_spaced(glyphs)), rules, fills, pictured, len(page.curves))


def _glyphs(
    chars: Iterable[dict[str, Any]], left: float, above: float, width: float, height: float
) -> Iterator[Glyph]:
    for char in chars:
        text = _CONTROL.sub("", _UNMAPPED.sub(UNMAPPED, char["text"]))
        x0, x1 = float(char["x0"]) - left, float(char["x1"]) - left
        top, bottom = float(char["top"]) - above, float(char["bottom"]) - above
        glyph = Glyph(text, x0, x1, top, bottom, _turn(char["matrix"]))
        if glyph.size >= _LEAST_SIZE and 0 <= glyph.x <= width and 0 <= glyph.y <= height:
            yield glyph


def _spaced(glyphs: list[Glyph]) -> list[Glyph]:
    """Leave out white space, and mark the glyph that stands right after it.

    By position: programs print spaces in any order.
    """
    ends: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.text.isspace():
            ends.setdefault((int(glyph.x1 // 4), int(glyph.top // 4)), []).append(glyph)
    kept = []
    for glyph in glyphs:
        if not glyph.text.strip():
            continue
        near = 0.2 * glyph.size
        spaces = _around(ends, (int(glyph.x0 // 4), int(glyph.top // 4)))
        if any(abs(s.x1 - glyph.x0) <= near and abs(s.y - glyph.y) <= near for s in spaces):
            glyph = replace(glyph, spaced=True)
        kept.append(glyph)
    return kept


def _around(cells: dict[tuple[int, int], list[Glyph]], at: tuple[int, int]) -> Iterator[Glyph]:
    """The glyphs in a cell of a coarse grid and in those around it."""
    for column in (at[0] - 1, at[0], at[0] + 1):
        for line in (at[1] - 1, at[1], at[1] + 1):
            yield from cells.get((column, line), ())


def _turn(matrix: tuple[float, ...]) -> int:
    a, b, _, d = matrix[:4]
    if abs(a) >= abs(b):
        return 2 if a < 0 and d < 0 else 0
    return 1 if b > 0 else 3


def _main_turn(glyphs: list[Glyph]) -> int:
    """The quarter turns that most of the text has, so that sideways pages are read too."""
    if not glyphs:
        return 0
    turn, count = Counter(glyph.turn for glyph in glyphs).most_common(1)[0]
    return turn if count > _TURNED_SHARE * len(glyphs) else 0


def turned(glyph: Glyph, turn: int, width: float = 0, height: float = 0) -> Glyph:
    """The glyph where it stands once text with `turn` quarter turns is set upright."""
    x0, top, x1, bottom = _turned_box(
        (glyph.x0, glyph.top, glyph.x1, glyph.bottom), turn, width, height
    )
    return Glyph(glyph.text, x0, x1, top, bottom, (glyph.turn - turn) % 4, glyph.spaced)


def _turned_box(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    x0, top, x1, bottom = box
    if turn == 1:
        return height - bottom, x0, height - top, x1
    if turn == 2:
        return width - x1, height - bottom, width - x0, height - top
    return top, width - x1, bottom, width - x0


def _turned_rule(rule: Rule, turn: int, width: float, height: float) -> Rule:
    if rule.flat:
        box = rule.start, rule.at, rule.end, rule.at
    else:
        box = rule.at, rule.start, rule.at, rule.end
    x0, top, x1, bottom = _turned_box(box, turn, width, height)
    flat = rule.flat if turn == 2 else not rule.flat
    return Rule(flat, top, x0, x1) if flat else Rule(flat, x0, top, bottom)


def _once(glyphs: list[Glyph]) -> list[Glyph]:
    """Leave out glyphs printed again at the same place, as some programs do for bold type."""
    seen: dict[str, dict[tuple[int, int], list[Glyph]]] = {}
    kept = []
    for glyph in glyphs:
        near = min(0.15 * glyph.size, 0.4 * (glyph.x1 - glyph.x0)) or 0.1
        same, at = seen.setdefault(glyph.text, {}), (int(glyph.x0 // 4), int(glyph.top // 4))
        if any(
            abs(other.x0 - glyph.x0) <= near and abs(other.top - glyph.top) <= near
            for other in _around(same, at)
        ):
            continue
        same.setdefault(at, []).append(glyph)
        kept.append(glyph)
    return kept


def _rules(page: Page, left: float, above: float) -> tuple[list[Rule], list[Rule]]:
    rules: list[Rule] = []
    fills: list[Rule] = []
    for line in page.lines[:MAX_SHAPES]:
        rules += _thin(*_box(line, left, above))
    for image in page.images[:MAX_SHAPES]:
        rules += _thin(*_box(image, left, above))
    for shape in page.rects[:MAX_SHAPES]:
        box = _box(shape, left, above)
        thin = _thin(*box)
        if thin:
            rules += thin
        else:
            (rules if shape.get("stroke") else fills).extend(_borders(*box))
    for curve in page.curves[: MAX_SHAPES // 10]:
        rules += _thin(*_box(curve, left, above)) or _straight_parts(curve, left, above)
    return rules, fills


def _box(shape: dict[str, Any], left: float, above: float) -> tuple[float, float, float, float]:
    return (
        float(shape["x0"]) - left,
        float(shape["top"]) - above,
        float(shape["x1"]) - left,
        float(shape["bottom"]) - above,
    )


def _thin(x0: float, top: float, x1: float, bottom: float) -> list[Rule]:
    """The rule that a thin shape is; a dot may belong to a dotted rule of either direction."""
    rules = []
    if bottom - top <= _THIN and (x1 - x0 > bottom - top or x1 - x0 <= _THIN):
        rules.append(Rule(True, (top + bottom) / 2, x0, x1))
    if x1 - x0 <= _THIN and (bottom - top > x1 - x0 or bottom - top <= _THIN):
        rules.append(Rule(False, (x0 + x1) / 2, top, bottom))
    return rules


def _borders(x0: float, top: float, x1: float, bottom: float) -> list[Rule]:
    return [
        Rule(True, top, x0, x1),
        Rule(True, bottom, x0, x1),
        Rule(False, x0, top, bottom),
        Rule(False, x1, top, bottom),
    ]


def _straight_parts(curve: dict[str, Any], left: float, above: float) -> list[Rule]:
    if not curve.get("stroke"):
        return []
    rules = []
    points = [(float(x) - left, float(y) - above) for x, y in curve["pts"][:100]]
    for (xa, ya), (xb, yb) in pairwise(points):
        if abs(ya - yb) < 0.5 < abs(xa - xb):
            rules.append(Rule(True, ya, min(xa, xb), max(xa, xb)))
        elif abs(xa - xb) < 0.5 < abs(ya - yb):
            rules.append(Rule(False, xa, min(ya, yb), max(ya, yb)))
    return rules


def _covered(image: dict[str, Any], width: float, height: float) -> float:
    area = float(image["width"]) * float(image["height"])
    return min(area / (width * height), 1.0) if width and height else 0.0
