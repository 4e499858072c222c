"""Which cell of a row belongs to which column of the table.

Where a row keeps the columns of the table's head, they decide. Where cells are lost or shifted,
the order of the columns and what each cell looks like decide. Both are one sum: the assignment of
cells to columns, in order, that fits best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from perfkg.forms.comparators import comparator
from perfkg.forms.heads import PLAIN_ROLES, Head
from perfkg.forms.numbers import NUMBER, half_width
from perfkg.forms.values import looks_like_value
from perfkg.identity import normalise
from perfkg.readers.grid import Cell
from perfkg.units import Units

_NUMBER = re.compile(rf"{NUMBER}[%分]?")
_LONG = 12
_SKIPPED_IN_FRONT = -1.0
_SKIPPED = -1.5
_SAME_COLUMN = 2.0
_SKIP, _PASS, _TAKE = range(3)
"""Steps of an assignment: leave out a cell, leave out a role, or take the cell for the role."""


@dataclass(slots=True)
class Assignment:
    """The cells of a row by role; never changed.

    Attributes:
        pairs: role and cell of each column that has one; a role may stand twice.
        in_front: cells before the name that belong to no column: unknown headings.
        left: other cells that belong to no column.
        by_role: the cell of each role, the first where it stands twice.
    """

    pairs: tuple[tuple[str, Cell], ...]
    in_front: tuple[Cell, ...]
    left: tuple[Cell, ...]
    by_role: dict[str, Cell] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.by_role = dict(reversed(self.pairs))


def assign(cells: Sequence[Cell], head: Head | None, block: int, units: Units) -> Assignment:
    """Assign the cells that follow the headings of a row to the columns of the table.

    Args:
        cells: filled cells from left to right.
        head: of the table, if it was seen.
        block: of the row; the columns of the head hold for its own block.
        units: tells what looks like a unit.
    """
    roles = head.roles if head else PLAIN_ROLES
    keeps = head if head is not None and head.block == block else None
    if _is_plain(cells, roles):
        return Assignment((("name", cells[0]), ("value", cells[1])), (), ())
    chosen = _chosen(cells, roles, keeps, units)
    if keeps is not None and chosen.leaves_behind:
        # Columns that are not kept after all: what each cell looks like may place them all.
        other = _chosen(cells, roles, None, units)
        chosen = chosen if other.leaves_behind else other
    pairs = tuple([(roles[role], cells[index]) for index, role in chosen.pairs])
    if len(pairs) == len(cells):
        return Assignment(pairs, (), ())
    name = dict(pairs).get("name")
    used = {index for index, _ in chosen.pairs}
    rest = [cell for index, cell in enumerate(cells) if index not in used]
    if name is None:
        return Assignment(pairs, (), tuple(rest))
    return Assignment(
        pairs,
        tuple(cell for cell in rest if cell.column < name.column),
        tuple(cell for cell in rest if cell.column > name.column),
    )


def _is_plain(cells: Sequence[Cell], roles: Sequence[str]) -> bool:
    """Whether a row is the usual one, a name and a value, so that nothing else need be tried."""
    if roles != PLAIN_ROLES or len(cells) != 2 or looks_like_value(cells[0].text):
        return False
    return not (_is_sign(cells[0].text) or _is_sign(cells[1].text))


@lru_cache(maxsize=16384)
def _is_sign(text: str) -> bool:
    """Whether a text is a comparator or a nature and nothing else."""
    return comparator(text) is not None or is_nature(text)


class _Choice(NamedTuple):
    """An assignment by the places of cells and roles.

    Attributes:
        pairs: cell and role, in order.
        leaves_behind: whether a cell behind the name has found no column.
    """

    pairs: tuple[tuple[int, int], ...]
    leaves_behind: bool


def _chosen(
    cells: Sequence[Cell], roles: tuple[str, ...], head: Head | None, units: Units
) -> _Choice:
    """Return the assignment that fits best, each cell by its text and by its place."""
    gains = [
        _gains(cell.text, roles, None if head is None else head.role_at(cell.column), units)
        for cell in cells
    ]
    return _best(tuple(gains), roles)


@lru_cache(maxsize=4096)
def _best(gains: tuple[tuple[float, ...], ...], roles: tuple[str, ...]) -> _Choice:
    """Return the best assignment, by dynamic programming; rows of one table look much alike.

    Args:
        gains: for each cell, and of these for each role, how well they fit.
        roles: of the columns.
    """
    name = roles.index("name") if "name" in roles else 0
    after = [0.0] * (len(roles) + 1)
    steps: list[list[int]] = []
    for of_cell in reversed(gains):
        scores, taken = [0.0] * len(after), [_SKIP] * len(after)
        scores[-1] = after[-1] + _SKIPPED
        for role in range(len(roles) - 1, -1, -1):
            best = after[role] + (_SKIPPED_IN_FRONT if role <= name else _SKIPPED)
            if scores[role + 1] > best:
                best, taken[role] = scores[role + 1], _PASS
            if after[role + 1] + of_cell[role] > best:
                best, taken[role] = after[role + 1] + of_cell[role], _TAKE
            scores[role] = best
        steps.append(taken)
        after = scores
    steps.reverse()
    pairs = tuple(_followed(steps))
    first = next((index for index, role in pairs if roles[role] == "name"), 0)
    behind = sum(index >= first for index, _ in pairs)
    return _Choice(pairs, leaves_behind=behind < len(gains) - first)


def _followed(steps: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs (cell, role) to which the steps lead from the first cell and role on."""
    cell = role = 0
    while cell < len(steps):
        step = steps[cell][role]
        if step == _TAKE:
            yield cell, role
        cell += step != _PASS
        role += step != _SKIP


@lru_cache(maxsize=16384)
def _gains(
    printed: str, roles: tuple[str, ...], above: str | None, units: Units
) -> tuple[float, ...]:
    """Return for each role how well a text fits that stands under the heading of role `above`."""
    text = half_width(printed)
    looks = _Looks(text, looks_like_value(printed), _is_sign(printed))
    fits = [_fit(printed, looks, role, units) for role in roles]
    if above in roles:
        fits = [
            fit + _SAME_COLUMN if role == above else fit
            for role, fit in zip(roles, fits, strict=True)
        ]
    return tuple(fits)


class _Looks(NamedTuple):
    """What a text looks like: in half-width signs, like a value, like a comparator or nature."""

    text: str
    value: bool
    sign: bool


def _fit(printed: str, looks: _Looks, role: str, units: Units) -> float:
    """Return how much a text looks like what the column of a role holds."""
    if role in ("name", "child"):
        return -2.0 if looks.value or looks.sign else 2.0
    if role == "value":
        return -1.0 if looks.sign else 2.0 if looks.value else 1.5
    if role == "comparator":
        return 3.0 if comparator(printed) is not None else -3.0
    if role in ("direction", "polarity"):
        return 2.5 if looks.sign else -3.0
    if role == "unit":
        return _fit_of_unit(looks.text, units)
    is_number = bool(_NUMBER.fullmatch(looks.text))
    if role in ("weight", "score"):
        return 2.0 if is_number else -3.0
    if role == "actual":
        return 1.5 if looks.value else 1.0
    return 0.0 if is_number else 0.5


def is_nature(text: str) -> bool:
    """Whether a cell says only 定性, 定量, 正向 or 反向."""
    return normalise(text) in _NATURES


def _fit_of_unit(text: str, units: Units) -> float:
    if units.understand(text):
        return 2.5
    plain = not any(char.isdigit() for char in text)
    return 0.5 if plain and len(text) <= _LONG // 2 else -3.0


_NATURES = frozenset(
    ("定性", "定量", "定性指标", "定量指标", "正向", "反向", "正向指标", "反向指标", "逆向指标")
)
"""What a column of natures or directions holds beside comparators."""
