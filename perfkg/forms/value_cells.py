"""A target that a form spreads over several cells: comparator, number and unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from perfkg.forms.comparators import SIGNS, any_of, comparator
from perfkg.forms.model import Comparator
from perfkg.forms.values import ReadValue, read_value, with_unit
from perfkg.messages import Text
from perfkg.readers.grid import Cell
from perfkg.units import Units

SEPARATOR = " | "
"""Between the printed parts of a target in its raw text."""


_BRACKET = re.compile(r"[(（][≥≤><=＝*＊\sXx×]*([^()（）*＊]{1,8})[)）]\s*$")

_NUMERAL = "0-9０-９一二两三四五六七八九十百千万"
_ENDS_IN_NUMBER = re.compile(f"[{_NUMERAL}]$")
_AMOUNT = re.compile(f"[±{_NUMERAL}]")
_COMPARED = re.compile(any_of(SIGNS))


def read_cells(cells: Mapping[str, Cell], units: Units) -> ReadValue:
    """Read the target of a row.

    Args:
        cells: by role; `value`, `comparator` and `unit` are used.
        units: the vocabulary of units.
    """
    main = _text(cells, "value")
    sign = _sign(cells)
    unit = _text(cells, "unit")
    read = read_value(main, units)
    if sign or unit:
        read = _joined(read, sign, unit, units)
    value = read.value
    if value.number is None or value.unit is not None:
        return read
    named = _BRACKET.search(_text(cells, "child") or _text(cells, "name"))
    if named is None or not units.understand(named[1]):
        return read
    value = with_unit(value, named[1].strip(), units)
    return ReadValue(value, (*read.repairs, _unit_in_name(named[1].strip())), read.problem)


def _joined(read: ReadValue, sign: str, unit: str, units: Units) -> ReadValue:
    """Return a target with the comparator and the unit that cells of their own print."""
    raw = SEPARATOR.join(part for part in (sign, read.value.raw, unit) if part)
    value = replace(read.value, raw=raw)
    if value.number is not None:
        if value.comparator is None and sign:
            value = replace(value, comparator=comparator(sign))
        if value.unit is None and unit:
            value = with_unit(value, unit, units)
    elif value.text:
        value = replace(value, text=_words(value.text, sign, unit, units))
    return ReadValue(value, read.repairs, read.problem)


def _words(text: str, sign: str, unit: str, units: Units) -> str:
    """Return words about an amount with its comparator and unit (≤ | ±5 | % is ≤±5%)."""
    if _ENDS_IN_NUMBER.search(text) and unit and units.understand(unit):
        text += unit
    said = comparator(sign) if sign else None
    if said is None or said is Comparator.EQ or not _AMOUNT.match(text):
        return text
    return text if _COMPARED.search(text) else sign + text


def _unit_in_name(unit: str) -> Text:
    return Text(
        f"计量单位“{unit}”取自指标名称", f"the unit '{unit}' was taken from the indicator's name"
    )


def _sign(cells: Mapping[str, Cell]) -> str:
    """Return the comparator as printed; a column of natures (定量, ≥) may hold it too."""
    for role in ("comparator", "direction"):
        if role in cells and comparator(cells[role].text) is not None:
            return cells[role].text
    return ""


def _text(cells: Mapping[str, Cell], role: str) -> str:
    return cells[role].text if role in cells else ""
