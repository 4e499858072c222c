"""Which cell of a form a finding concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from perfkg.validation.findings import Finding
from perfkg.validation.shapes import Shapes
from perfkg.validation.sheet import Sheet


@dataclass(slots=True)
class Placed:
    """The findings about one form by the place they belong beside.

    Attributes:
        whole: those about the form as a whole.
        lines: those beside each line of its upper part.
        rows: those beside each row of its indicators.
    """

    whole: list[Finding] = field(default_factory=list)
    lines: list[list[Finding]] = field(default_factory=list)
    rows: list[list[Finding]] = field(default_factory=list)


def place(findings: Iterable[Finding], sheet: Sheet, shapes: Shapes) -> Placed:
    """Put each finding beside what it concerns.

    A finding about a row stands beside that row. One about the form stands beside the line with the
    property that was checked, or the properties that its rule reads; where these lie in different
    parts of the form, or in none that is printed, it is about the form as a whole.
    """
    placed = Placed(lines=[[] for _ in sheet.lines], rows=[[] for _ in sheet.rows])
    row_of = {node: number for number, row in enumerate(sheet.rows) for node in row.nodes}
    for finding in findings:
        if finding.focus in row_of:
            placed.rows[row_of[finding.focus]].append(finding)
            continue
        line = _line(finding, sheet, shapes) if finding.is_about_form else None
        (placed.whole if line is None else placed.lines[line]).append(finding)
    return placed


def _line(finding: Finding, sheet: Sheet, shapes: Shapes) -> int | None:
    links = finding.links
    terms = {links.path} if links.path else shapes.read_by(links.constraint or finding.shape)
    numbers = [number for number, line in enumerate(sheet.lines) if line.terms & terms]
    if not numbers:
        return None
    parts = {sheet.lines[number].part for number in numbers}
    return numbers[0] if len(parts) == 1 else None
