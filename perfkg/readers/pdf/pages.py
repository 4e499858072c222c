"""One page: its ruled or unruled tables and the lines of text around them, in reading order."""

from __future__ import annotations

from statistics import median

from perfkg.readers.pdf.lettering import lines_of, text_of
from perfkg.readers.pdf.marks import Glyph, Marks, Rule
from perfkg.readers.pdf.ruling import Ruling, join_rules, rulings
from perfkg.readers.pdf.tables import Part, Table
from perfkg.readers.pdf.unruled import split_columns, unruled

_SNAP = 0.35
_SNAP_MOST = 5.0
_SNAP_LEAST = 0.6


def parts_of(marks: Marks) -> list[Part]:
    """Lay out what a page prints.

    Rules decide where there are any, then the borders of filled areas; a page that draws
    neither is read by the white space between its words.
    """
    if not marks.glyphs:
        return []
    size = median(glyph.size for glyph in marks.glyphs)
    tolerance = min(max(_SNAP * size, _SNAP_LEAST), _SNAP_MOST)
    rules = join_rules(marks.rules, tolerance)
    found = rulings(rules, tolerance)
    if not found and marks.fills:
        found = rulings(join_rules([*marks.rules, *marks.fills], tolerance), tolerance)
    tables, rest = _filled(found, marks.glyphs, rules)
    if tables:
        return _in_order(tables, rest)
    tables, rest = unruled(marks.glyphs, [rule for rule in rules if rule.flat])
    return _in_order(tables, rest)


def _filled(
    found: list[Ruling], glyphs: list[Glyph], rules: list[Rule]
) -> tuple[list[Table], list[Glyph]]:
    """Give each table the glyphs in it, the innermost first where tables are nested."""
    tables = []
    for ruling in sorted(found, key=lambda ruling: ruling.area):
        inside: dict[tuple[int, int], list[Glyph]] = {}
        rest = []
        for glyph in glyphs:
            position = ruling.owner(glyph.x, glyph.y)
            if position is None:
                rest.append(glyph)
            else:
                inside.setdefault(position, []).append(glyph)
        if inside:
            tables.append(_table(ruling, inside, rules))
        glyphs = rest
    return tables, glyphs


def _table(ruling: Ruling, inside: dict[tuple[int, int], list[Glyph]], rules: list[Rule]) -> Table:
    if len(ruling.xs) == 2:
        split = split_columns([g for glyphs in inside.values() for g in glyphs], rules)
        if split is not None:
            return split
    cells = []
    for span in ruling.spans:
        held = [
            glyph
            for row in range(span.row, span.last_row + 1)
            for column in range(span.column, span.last_column + 1)
            for glyph in inside.get((row, column), ())
        ]
        cells.append((span, text_of(held)))
    return Table(ruling.ys[0], ruling.xs, len(ruling.ys) - 1, tuple(cells))


def _in_order(tables: list[Table], rest: list[Glyph]) -> list[Part]:
    placed: list[tuple[float, Part]] = [(table.top, table) for table in tables]
    placed += [(line.y, line.text) for line in lines_of(rest)]
    return [part for _, part in sorted(placed, key=lambda item: item[0])]
