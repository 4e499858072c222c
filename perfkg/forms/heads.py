"""The head of an indicator table: what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from perfkg.forms.comparators import comparator
from perfkg.forms.numbers import half_width, leading_number
from perfkg.forms.values import looks_like_value
from perfkg.identity import normalise
from perfkg.layout import SIDES, Layout
from perfkg.readers.grid import Cell, Row
from perfkg.vocabulary import Vocabulary

HEADING_ROLES = ("level1", "level2")
PLAIN_ROLES = ("name", "value")
"""The columns behind the headings of a table whose head was not seen."""

_VALUES = re.compile("指标值|目标值|计划值|预期值|计划数|目标数")
_NO_VALUES = re.compile(
    "半年|季度|上年|前年|历史|往年|周期|实施期|中期|长期|总目标|实际|完成|依据|解释|说明|描述"
)
"""What the labels of columns with targets hold, and what those of other columns hold as well."""

_WHOLE = re.compile("全年度?|年度")
_PART = re.compile("[上下]?半年|第?[一二三四1-4]季度")
"""The parts of a column of values: the whole year's, and others."""

_FEWEST_ROLES = 2
_FEW_ROLES = 3


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the table: which column holds what.

    Attributes:
        columns: role and column, from left to right; a role may stand twice.
        block: the unbroken table that the head belongs to; below a break columns may shift.
        width: the number of cells of its row; 0 where that is not known.
        second_half: the column where the head begins again, as it does for two halves side by
            side.
        roles: the roles behind the headings, from the name on.
    """

    columns: tuple[tuple[str, int], ...]
    block: int
    width: int = 0
    # Asked for of every row, so they are kept.
    second_half: int | None = field(init=False, compare=False)
    roles: tuple[str, ...] = field(init=False, compare=False)
    _last: dict[str, int] = field(init=False, compare=False, repr=False)
    _above: tuple[str | None, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "second_half", _second_half(self.columns))
        object.__setattr__(self, "roles", _roles(self.columns, self.second_half or 0))
        object.__setattr__(self, "_last", dict(self.columns))
        object.__setattr__(self, "_above", _above(self.columns))

    @classmethod
    def find(cls, row: Row, layout: Layout) -> Head | None:
        """Return the head that `row` is, or None."""
        known = [_role(cell, layout) for cell in row.filled]
        if len(known) - known.count(None) < _FEWEST_ROLES:
            return None
        found = [(role, cell.column) for role, cell in zip(known, row.filled, strict=True)]
        columns = [(role, column) for role, column in found if role and role not in SIDES]
        if len(columns) < _FEWEST_ROLES:
            return None
        roles = {role for role, _ in columns}
        if len(roles) < _FEWEST_ROLES or not roles & {"level1", "level2", "name"}:
            return None
        first = columns[0][1]
        # A column that nobody knows is one all the same: its cells belong to no other.
        whole = tuple(
            (role or "other", column)
            for role, column in found
            if role not in SIDES and column >= first
        )
        if "value" not in roles:
            whole = _valued(whole, row)
        whole = _weighed(whole if "name" in roles else _named(whole))
        return cls(whole, row.block, len(row.cells))

    def refined(self, row: Row, layout: Layout) -> Head | None:
        """Return the head with the row of labels below it, which parts some of its columns."""
        parts = [(_part(cell.text, layout), cell.column) for cell in row.filled]
        if not parts or any(role is None for role, _ in parts):
            return None
        inner = [(role, column) for role, column in parts if role is not None]
        start, end = inner[0][1], inner[-1][1]
        outer = [(role, column) for role, column in self.columns if not start <= column <= end]
        columns = tuple(sorted((*outer, *inner), key=lambda item: item[1]))
        return Head(columns, self.block, self.width)

    def goes_on(self, row: Row, vocabulary: Vocabulary) -> bool:
        """Whether a row on the next page stands in the columns of this head.

        So it does where its table is as wide and each of its cells looks like what its column
        holds. Tables of names and values alone are read without their columns.
        """
        if row.block == self.block or len(row.cells) != self.width or len(self.roles) < _FEW_ROLES:
            return False
        starts = {column: role for role, column in self.columns}
        cells = [cell for cell in row.filled if cell.column >= self.columns[0][1]]
        if "name" not in [starts.get(cell.column) for cell in cells]:
            return False
        return all(_suits(cell.text, starts.get(cell.column), vocabulary) for cell in cells)

    def column(self, role: str) -> int | None:
        """Return the column that `role` heads, the last where it stands twice."""
        return self._last.get(role)

    def role_at(self, column: int) -> str | None:
        """Return the role whose heading stands above `column`, merged cells counted."""
        return self._above[min(column, len(self._above) - 1)]

    def is_shared(self, column: int) -> bool:
        """Whether both halves of the table stand beside the headings of `column`."""
        role = self.role_at(column)
        return role in HEADING_ROLES and sum(role == other for other, _ in self.columns) == 1

    @property
    def numbers_rows(self) -> bool:
        """Whether a column stands in front of the headings, as that of the rows' numbers does."""
        roles = [role for role, _ in self.columns]
        return roles[0] == "other" and not {"level1", "level2"}.isdisjoint(roles)

    def is_aside(self, column: int) -> bool:
        """Whether `column` stands before the names and holds no heading (a number, a weight)."""
        name = self.column("name")
        return name is not None and column < name and self.role_at(column) == "other"


def _suits(text: str, role: str | None, vocabulary: Vocabulary) -> bool:
    """Whether a text may stand in the column of a role; a column without one suits nothing."""
    if role in HEADING_ROLES:
        return bool(vocabulary.headings.find(text))
    if role in ("weight", "score"):
        return leading_number(text) is not None
    if role == "unit":
        return vocabulary.units.understand(half_width(text)) is not None
    if role == "name":
        return not looks_like_value(text) and comparator(text) is None
    return role is not None


def _role(cell: Cell, layout: Layout) -> str | None:
    """Return the role of the column that a cell heads; in a head 指标 alone are the names."""
    return "name" if normalise(cell.text) == "指标" else layout.meaning(cell.text).column


def _part(text: str, layout: Layout) -> str | None:
    """Return the role of a part of a column: of the values of a half and of the whole year."""
    plain = layout.meaning(text).label.text
    if _WHOLE.fullmatch(plain):
        return "value"
    return "other" if _PART.fullmatch(plain) else layout.meaning(text).column


def _weighed(columns: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return the columns without the weights of headings where the indicators have their own."""
    roles = [role for role, _ in columns]
    name = roles.index("name") if "name" in roles else 0
    if "weight" not in roles[name:]:
        return columns
    return tuple(
        ("other" if role == "weight" and at < name else role, column)
        for at, (role, column) in enumerate(columns)
    )


def _valued(columns: tuple[tuple[str, int], ...], row: Row) -> tuple[tuple[str, int], ...]:
    """Return the columns of a head of which none is known to hold the year's values.

    Forms head it as they please (全年（程）指标值).
    """
    texts = {cell.column: normalise(cell.text) for cell in row.filled}
    found = [
        index
        for index, (role, column) in enumerate(columns)
        if role == "other"
        and _VALUES.search(texts[column])
        and not _NO_VALUES.search(texts[column])
    ]
    if not found:
        return columns
    at = found[-1]
    return (*columns[:at], ("value", columns[at][1]), *columns[at + 1 :])


def _named(columns: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return the columns of a head of which none is said to hold the names.

    Forms head it as they please (指标内容); it stands before the values.
    """
    roles = [role for role, _ in columns]
    at = roles.index("value") - 1 if "value" in roles else -1
    while at >= 0 and roles[at] not in ("other", *HEADING_ROLES):
        at -= 1
    if at < 0 or roles[at] != "other":
        return columns
    return (*columns[:at], ("name", columns[at][1]), *columns[at + 1 :])


def _second_half(columns: Sequence[tuple[str, int]]) -> int | None:
    seen: set[str] = set()
    for role, column in columns:
        if role in seen and role in ("level1", "level2", "name"):
            return column
        seen.add(role)
    return None


def _roles(columns: Sequence[tuple[str, int]], start: int) -> tuple[str, ...]:
    names = [role for role, column in columns if role not in HEADING_ROLES and column >= start]
    return tuple(names) if "name" in names else PLAIN_ROLES


def _above(columns: Sequence[tuple[str, int]]) -> tuple[str | None, ...]:
    """Return the role above each column, up to the last that has a heading of its own."""
    starts = {column: role for role, column in columns}
    above: list[str | None] = []
    for column in range(max(starts) + 1):
        above.append(starts.get(column, above[-1] if above else None))
    return tuple(above)
