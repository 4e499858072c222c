"""What is said of a target or result whose value is given.

It follows from the value alone, and forms have most of their values in common (`≥95%`), so that
what is said with the latest of them is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from perfkg.forms.model import Comparator, Value
from perfkg.graph import ntriples as nt
from perfkg.graph import properties as p
from perfkg.graph.things import Thing, Things
from perfkg.namespaces import ODRL

_MANY: Final = 8192
"""Values that are remembered; each holds about a kilobyte."""

_OPERATORS: Final = {
    Comparator.EQ: nt.iri(f"{ODRL}eq"),
    Comparator.GTEQ: nt.iri(f"{ODRL}gteq"),
    Comparator.LTEQ: nt.iri(f"{ODRL}lteq"),
    Comparator.GT: nt.iri(f"{ODRL}gt"),
    Comparator.LT: nt.iri(f"{ODRL}lt"),
}
_SIGNS: Final = {None: "", Comparator.GTEQ: "≥", Comparator.LTEQ: "≤"}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a value says; of each line what follows the subject.

    Attributes:
        shown: the value as a label shows it: without markup, `≥98%`.
        says: of whatever has the value.
        of_target: of a target besides.
        units: what `says` names.
    """

    shown: str
    says: tuple[str, ...]
    of_target: tuple[str, ...]
    units: tuple[Thing, ...]


class Values:
    """Puts values into words.

    Args:
        things: finds their units.
    """

    def __init__(self, things: Things) -> None:
        """Remember nothing yet."""
        self._things = things
        self.stated = lru_cache(_MANY)(self._stated)

    def _stated(self, value: Value) -> Stated:
        """Return what is said of a target or result with this value."""
        unit = base = None
        if value.number is not None and value.unit is not None:
            unit = self._things.unit(value.unit)
            base = self._things.base_unit(value.unit, value.normalized_unit)
        says = tuple(_says(value, unit, base))
        units = tuple(thing for thing in (unit, base) if thing is not None and thing.lines)
        return Stated(_shown(value), says, tuple(_of_target(value)), units)


def _says(value: Value, unit: Thing | None, base: Thing | None) -> Iterator[str]:
    yield f"{p.RAW}{nt.text(value.raw)} ."
    if value.number is None:
        return
    yield f"{p.VALUE}{nt.decimal(value.number)} ."
    if value.normalized_number is not None:
        yield f"{p.NORMALIZED}{nt.decimal(value.normalized_number)} ."
    if unit is not None:
        yield f"{p.UNIT}{unit.term} ."
    if base is not None:
        yield f"{p.NORMALIZED_UNIT}{base.term} ."


def _of_target(value: Value) -> Iterator[str]:
    if value.number is not None:
        yield p.IS_QUANTITATIVE
    elif value.text is not None:
        yield p.IS_QUALITATIVE
    if value.text:
        yield f"{p.TARGET_TEXT}{nt.text(value.text, 'zh')} ."
    if value.comparator is not None:
        yield f"{p.COMPARATOR}{_OPERATORS[value.comparator]} ."


def _shown(value: Value) -> str:
    if value.number is None:
        return value.text or ""
    sign = _SIGNS.get(value.comparator, value.comparator)
    plain = format(value.number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{sign}{plain}{value.unit or ''}"
