"""Formulas whose results a workbook does not hold, as libraries that write workbooks leave them.

Sums and references within a sheet are worked out from the cells as printed; no more is needed for
the amounts of a form, and everything else is left to the programs that are made for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from perfkg.readers.column_names import column_number

Position = tuple[int, int]
"""Row and column, from zero."""

MAX_FORMULAS = 500
"""Formulas of one sheet that are worked out."""

_ROUNDS = 4
"""How deep formulas may rest on each other."""

_CELL = r"\$?([A-Z]{1,3})\$?(\d{1,7})"
_REFERENCE = re.compile(_CELL)
_RANGE = re.compile(f"{_CELL}(?::{_CELL})?")
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,15}(?:\.\d{1,15})?")
_TERM = re.compile(rf"([+-]?)(?:SUM\(([^()]*)\)|{_CELL}|(\d{{1,15}}(?:\.\d{{1,15}})?))", re.I)
_NOTHING = ("", "-", "—", "/")
_LONGEST = 100
"""Characters of a formula; longer ones are left to others."""
_LARGEST_RANGE = 500
"""Cells of one range."""


def work_out(
    formulas: Mapping[Position, str], rows: dict[int, dict[int, str]]
) -> dict[Position, str | Decimal]:
    """Return the results of the formulas that only add cells up or repeat one.

    Args:
        formulas: by position, without the sign of equality.
        rows: the texts of the sheet as printed, by row and column.

    Returns:
        A number for a sum and a text for a reference to a text; nothing for other formulas.
    """
    results: dict[Position, str | Decimal] = {}
    waiting = dict(list(formulas.items())[:MAX_FORMULAS])
    for _ in range(_ROUNDS):
        solved = {}
        for at, formula in waiting.items():
            result = _Sheet(rows, results, waiting).result(formula)
            if result is not None:
                solved[at] = result
        results |= solved
        waiting = {at: formula for at, formula in waiting.items() if at not in solved}
    return results


class _Unknown(Exception):
    """A cell that a formula needs has no number, or not yet."""


class _Sheet:
    """The cells of a sheet as far as they are known."""

    def __init__(
        self,
        rows: Mapping[int, Mapping[int, str]],
        results: Mapping[Position, str | Decimal],
        waiting: Mapping[Position, str],
    ) -> None:
        self._rows = rows
        self._results = results
        self._waiting = waiting

    def result(self, formula: str) -> str | Decimal | None:
        """Return what a formula gives, or None where it is not, or not yet, known."""
        plain = formula.replace(" ", "").upper().removeprefix("+")
        if len(plain) > _LONGEST:
            return None
        try:
            if same := _REFERENCE.fullmatch(plain):
                return self._value(_position(same[1], same[2]))
            return self._total(plain)
        except _Unknown:
            return None

    def _total(self, plain: str) -> Decimal:
        total, at = Decimal(0), 0
        while at < len(plain):
            term = _TERM.match(plain, at)
            if term is None or (at and not term[1]):
                raise _Unknown
            value = self._term(term)
            total += -value if term[1] == "-" else value
            at = term.end()
        return total

    def _term(self, term: re.Match[str]) -> Decimal:
        if term[2] is not None:
            return sum((self._range(part) for part in term[2].split(",")), Decimal(0))
        if term[5] is not None:
            return Decimal(term[5])
        return self._number(_position(term[3], term[4]))

    def _range(self, part: str) -> Decimal:
        """Add up a range as SUM does: texts in it count for nothing."""
        ends = _RANGE.fullmatch(part)
        if ends is None:
            raise _Unknown
        top, left = _position(ends[1], ends[2])
        bottom, right = _position(ends[3], ends[4]) if ends[3] else (top, left)
        if (bottom - top + 1) * (right - left + 1) > _LARGEST_RANGE:
            raise _Unknown
        places = (
            (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
        )
        values = [self._value(at) for at in places]
        return sum((_in_digits(value) or Decimal(0) for value in values), Decimal(0))

    def _number(self, at: Position) -> Decimal:
        found = _in_digits(self._value(at))
        if found is None:
            raise _Unknown
        return found

    def _value(self, at: Position) -> str | Decimal:
        if at in self._results:
            return self._results[at]
        if at in self._waiting:
            raise _Unknown
        return self._rows.get(at[0], {}).get(at[1], "")


def _position(column: str, row: str) -> Position:
    return int(row) - 1, column_number(column) - 1


def _in_digits(value: str | Decimal) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    plain = value.strip()
    if plain in _NOTHING:
        return Decimal(0)
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None
