"""Rows of the indicator table of which nothing separates the cells.

    改造食堂面积≥860平方米新增餐位=320个

Every way of cutting the text into names and targets has a score; the best one is found by dynamic
programming over the places where a target may begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from perfkg.readers.text.looks import Looks
from perfkg.readers.text.values import COMPARATOR

NATURE = ("comparator", "direction", "polarity")
_SIGN = re.compile(rf"{COMPARATOR}|定[性量](?:指标)?|[正反逆]向(?:指标)?")
_POINTS = re.compile(r"(?:100|[1-9]\d?|0)(?:\.\d{1,2})?")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NOTHING = re.compile("无")
_SENTENCE = re.compile(r"[^≥≤<>=。]{2,80}。")
_MOST_SENTENCES = 3
_ROW = -2.5
"""What another row costs: fewer rows are likelier than many."""
_NO_TARGET = -5.0
_MISSING = -1.5
_CUT = {1: 2.0, 2: 4.0}
"""What it is worth to cut where white space stands."""
_LIKE_REASON = 2.0
"""What it costs that a name is a sentence, as the reason of the row before would be."""

_BACK = 120
"""Signs that a name has at most."""

_TRIED = 12
"""Beginnings of a name that are looked at, the likeliest first."""

_LONGEST_TEXT = 2_000
"""Signs below one heading; a longer text is no row of a form and stays whole."""

Bounds = tuple[int, int]


class _Tail(NamedTuple):
    """What stands behind a name: the cells by role, in order."""

    end: int
    cells: tuple[tuple[str, Bounds], ...]
    score: float


class _Best(NamedTuple):
    """The best way to have whole rows up to a place."""

    score: float
    row: dict[str, Bounds] | None
    before: int


@dataclass(frozen=True, slots=True)
class RowCutter:
    """Cuts text into rows of a table with these columns.

    Attributes:
        roles: the columns behind the names, in order.
    """

    roles: tuple[str, ...]
    looks: Looks

    def cut(self, text: str, gaps: Mapping[int, int], bounds: Bounds) -> list[dict[str, Bounds]]:
        """Return the rows between `bounds`: for each role where its cell stands."""
        start, end = bounds
        if end - start > _LONGEST_TEXT:
            return [{"name": bounds}]
        best: dict[int, _Best] = {start: _Best(0.0, None, start)}
        for at in range(start + 2, end):
            if not self._may_start(text, at):
                continue
            begun = self._names(text, gaps, best, at)
            if begun is None:
                continue
            score, before = begun
            for tail in self._tails(text, gaps, at, end):
                total = score + tail.score + _ROW + _CUT.get(gaps.get(tail.end, 0), 0.0)
                total += self.looks.echo(text, before, at, dict(tail.cells)["value"][1])
                if tail.end not in best or total > best[tail.end].score:
                    row = {"name": (before, at), **dict(tail.cells)}
                    best[tail.end] = _Best(total, row, before)
        return self._chosen(text, best, bounds)

    def _may_start(self, text: str, at: int) -> bool:
        if text[at].isdigit() and text[at - 1] in "0123456789.,":
            return False
        return self.looks.may_start(text, at) or text[at] in "定正反逆"

    def _names(
        self, text: str, gaps: Mapping[int, int], best: Mapping[int, _Best], at: int
    ) -> tuple[float, int] | None:
        """Return the best score of rows and a name that ends at `at`, and where it begins."""
        found: tuple[float, int] | None = None
        bonus = _CUT.get(gaps.get(at, 0), 0.0)
        known = [before for before in range(max(at - _BACK, 0), at - 1) if before in best]
        # What stands in brackets makes a name no longer.
        most = 0 if ")" in text[max(at - _BACK, 0) : at] else _BACK
        hopes = [
            best[before].score + self.looks.hope(min(at - before, most)) + bonus for before in known
        ]
        for hope, before in sorted(zip(hopes, known, strict=True), reverse=True)[:_TRIED]:
            if found is not None and hope <= found[0]:
                break
            name = self.looks.name(text, before, at)
            if name is None:
                continue
            torn = sum(0.5 * _CUT[gaps[i]] for i in range(before + 1, at) if i in gaps)
            if "reason" in self.roles and text[at - 1] == "。":
                torn += _LIKE_REASON
            score = best[before].score + name + bonus - torn
            if found is None or score > found[0]:
                found = score, before
        return found

    def _chosen(
        self, text: str, best: Mapping[int, _Best], bounds: Bounds
    ) -> list[dict[str, Bounds]]:
        end = bounds[1]
        scores = {at: b.score + self._left_over(text, at, end) for at, b in best.items()}
        at = max(scores, key=lambda place: (scores[place], place))
        rows: list[dict[str, Bounds]] = []
        rest = (at, end)
        while (row := best[at].row) is not None:
            rows.append(row)
            at = best[at].before
        rows.reverse()
        if rest[0] == end:
            return rows
        if not rows or self.looks.name(text, *rest) is not None:
            return [*rows, {"name": rest}]
        last = max(rows[-1], key=lambda role: rows[-1][role][1])
        rows[-1][last] = (rows[-1][last][0], end)
        return rows

    def _left_over(self, text: str, at: int, end: int) -> float:
        """Return what it costs to leave a text at the end without a target."""
        return _NO_TARGET + min(self.looks.name(text, at, end) or 0.0, 0.0) if at < end else 0.0

    # -- what stands behind a name ------------------------------------------------------------

    def _tails(self, text: str, gaps: Mapping[int, int], at: int, end: int) -> Iterator[_Tail]:
        yield from self._more(text, gaps, end, _Tail(at, (), 0.0), 0)

    def _more(
        self, text: str, gaps: Mapping[int, int], end: int, tail: _Tail, index: int
    ) -> Iterator[_Tail]:
        if index == len(self.roles):
            if any(role == "value" for role, _ in tail.cells):
                yield tail
            return
        role = self.roles[index]
        for after, score in self._cells(role, text, tail, end):
            bounds = (tail.end, after)
            torn = sum(0.5 * _CUT[gaps[i]] for i in range(tail.end + 1, after) if i in gaps)
            cells = (*tail.cells, (role, bounds))
            yield from self._more(
                text, gaps, end, _Tail(after, cells, tail.score + score - torn), index + 1
            )
        if role != "value":
            missing = _Tail(tail.end, tail.cells, tail.score + self._lack(role))
            yield from self._more(text, gaps, end, missing, index + 1)

    def _lack(self, role: str) -> float:
        return 0.0 if role in ("reason", "other") else _MISSING

    def _cells(self, role: str, text: str, tail: _Tail, end: int) -> Iterator[tuple[int, float]]:
        """Yield where a cell of `role` that begins behind `tail` may end, and how well it fits."""
        at = tail.end
        if at >= end:
            return
        if role in ("value", "actual"):
            yield from self._values(role, text, at, end)
        elif role in NATURE:
            if found := _SIGN.match(text, at, end):
                yield found.end(), 3.0
        elif role == "unit" and (text[at - 1].isdigit() or text[at - 1] in "万亿"):
            for after in self.looks.quantities.measures(text, at, end):
                yield after, 2.0 + 0.2 * (after - at)
        elif role in ("weight", "score"):
            yield from self._points(role, text, tail, end)
        elif role != "unit":
            yield from _remarks(text, at, end)

    def _values(self, role: str, text: str, at: int, end: int) -> Iterator[tuple[int, float]]:
        apart = role == "value" and "unit" in self.roles
        targets = self.looks.targets_without_unit if apart else self.looks.targets
        for span in targets(text, at, end):
            yield span.end, span.score
        behind = self.roles[self.roles.index(role) + 1 :]
        if role == "value" and behind and behind[0] in ("weight", "score"):
            yield from self._torn(text, at, end)

    def _torn(self, text: str, at: int, end: int) -> Iterator[tuple[int, float]]:
        """Yield parts of a number whose end is the weight behind it (≥3 10 as ≥310)."""
        found = _DIGITS.search(text, at, end)
        if (
            found is None
            or next(self.looks.quantities.measures(text, found.end(), end), None) is not None
        ):
            return
        if found.start() == at or _SIGN.fullmatch(text, at, found.start()):
            for after in range(found.start() + 1, found.end()):
                if text[after] != "." and text[after - 1] != ".":
                    yield after, 0.2

    def _points(self, role: str, text: str, tail: _Tail, end: int) -> Iterator[tuple[int, float]]:
        most = next((text[a:b] for name, (a, b) in tail.cells if name == "weight"), None)
        for after in range(tail.end + 1, min(tail.end + 6, end) + 1):
            number = text[tail.end : after]
            if not _POINTS.fullmatch(number):
                continue
            if role == "score" and most is not None and Decimal(number) > Decimal(most):
                continue
            torn = text[after : after + 1].isdigit() and role == self.roles[-1]
            usual = number in ("5", "10", "15", "20", "30") or "." in number
            yield after, 1.0 + (0.5 if usual else 0.0) - (3.0 if torn else 0.0)


def _remarks(text: str, at: int, end: int) -> Iterator[tuple[int, float]]:
    """Yield where a remark may end: behind 无, or behind each of its sentences."""
    if found := _NOTHING.match(text, at, end):
        yield found.end(), 0.3
    for number in range(_MOST_SENTENCES):
        found = _SENTENCE.match(text, at, end)
        if found is None:
            return
        at = found.end()
        yield at, 0.3 - 0.1 * number


def row_cutter(roles: Sequence[str], looks: Looks) -> RowCutter:
    """Return what cuts rows of a table whose names are followed by `roles`."""
    wanted = tuple(role for role in roles if role not in ("name", "child"))
    return RowCutter(wanted if "value" in wanted else ("value", *wanted), looks)
