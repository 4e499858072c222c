"""From glyphs to lines of text."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from perfkg.readers.pdf.marks import Glyph, turned

_SAME_LINE = 0.5
_SPACE = 0.1
_LATIN_GAP = 0.25
_MIXED_GAP = 0.5
_WIDE_GAP = 0.9
_FULL = 1.6
"""How near to the right end a broken line reaches, in sizes of its type."""


@dataclass(slots=True)
class Line:
    """Glyphs on one line, from left to right."""

    glyphs: list[Glyph]

    @property
    def x0(self) -> float:
        """Left end."""
        return min(glyph.x0 for glyph in self.glyphs)

    @property
    def x1(self) -> float:
        """Right end."""
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def top(self) -> float:
        """Upper end."""
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        """Lower end."""
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def y(self) -> float:
        """The middle down."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """Size of the largest type on the line."""
        return max(glyph.size for glyph in self.glyphs)

    @property
    def text(self) -> str:
        """The text, with a space where the print leaves one."""
        parts = [self.glyphs[0].text]
        for left, right in zip(self.glyphs, self.glyphs[1:], strict=False):
            parts += [_space(left, right), right.text]
        return "".join(parts).strip()


def lines_of(glyphs: Iterable[Glyph], tolerance: float = _SAME_LINE) -> list[Line]:
    """Sort glyphs into lines from top to bottom.

    Args:
        glyphs: in any order.
        tolerance: how far the middle of a glyph may be from the middle of its line, as a share
            of the size of the type.
    """
    lines: list[list[Glyph]] = []
    middle = size = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.y, glyph.x0)):
        if lines and glyph.y - middle < tolerance * max(size, glyph.size):
            lines[-1].append(glyph)
            if glyph.size > size:
                middle, size = glyph.y, glyph.size
        else:
            lines.append([glyph])
            middle, size = glyph.y, glyph.size
    return [Line(sorted(line, key=lambda glyph: glyph.x)) for line in lines]


def text_of(glyphs: list[Glyph]) -> str:
    """The text of one cell; text that is set sideways in it is read along its direction."""
    if not glyphs:
        return ""
    turn = Counter(glyph.turn for glyph in glyphs).most_common(1)[0][0]
    if turn:
        glyphs = [turned(glyph, turn) for glyph in glyphs]
    return joined(lines_of(glyphs))


def joined(lines: list[Line]) -> str:
    """Join the lines of one cell.

    A line that reaches the right end was broken by the print and goes on with the next one; a
    shorter one ends a paragraph.
    """
    reach = max((line.x1 for line in lines), default=0.0)
    text, was_broken = "", False
    for line in lines:
        words = line.text
        if text and words:
            text += _between(text[-1], words[0], was_broken)
        text += words
        was_broken = line.x1 >= reach - _FULL * line.size
    return text


def _between(left: str, right: str, was_broken: bool) -> str:
    """Return what stands between the last sign of a line and the first of the next."""
    if _is_latin(left) and _is_latin(right):
        return "" if was_broken and left.isdigit() and right.isdigit() else " "
    return "" if was_broken else "\n"


def _space(left: Glyph, right: Glyph) -> str:
    gap = right.x0 - left.x1
    size = min(left.size, right.size)
    latin = _is_latin(left.text[-1]), _is_latin(right.text[0])
    if gap >= 2 * size:
        return "  "
    if right.spaced and gap >= _SPACE * size:
        return " "
    if all(latin):
        return " " if gap >= _LATIN_GAP * size else ""
    return " " if gap >= (_MIXED_GAP if any(latin) else _WIDE_GAP) * size else ""


def _is_latin(char: str) -> bool:
    return char.isdigit() or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN"))
