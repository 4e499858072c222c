"""Targets that are numbers or times, as they begin in glued text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from perfkg.readers.text.values import COMPARATOR
from perfkg.units import Units

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
_QUANTITY = re.compile(rf"(?P<sign>{COMPARATOR})?(?P<percent>百分之)?(?P<number>{_NUMBER})")
_BRACKET = re.compile(r"\([^()\d]{1,12}\)")
_COMPOSED = re.compile(r"[^\W\d_]{0,4}(?:/(?P<below>[^\W\d_]{1,4}(?:[/·][^\W\d_]{1,3})?))")
_SUFFIX = re.compile(r"(?:\(含\)|及)?(?:以上|以下|以内|之内|内|左右)")
_YEAR = re.compile(r"(?:19|20)\d\d[年.-]")
_LIMIT = r"(?:底|末|初|上旬|中旬|下旬)?(?:之?前|以前|之内|以内|内)?(?:完成|完工)?"
_TIME_LIMIT = re.compile(_LIMIT)
_DONE = ("完成", "完工")
_OF_MONTH = r"(?:3[01]|[12]\d|0?\d)"
_DAY = rf"(?:19|20)\d\d[-./年](?:1[0-2]|0?\d)(?:[-./]{_OF_MONTH}|月(?:{_OF_MONTH}日)?)?"
_TIMES = (
    re.compile(rf"=?{_DAY}[-~至—]+{_DAY}"),
    re.compile(rf"=?{_DAY}{_LIMIT}"),
    re.compile(rf"(?:19|20)\d\d年度?(?!\d){_LIMIT}"),
    re.compile(rf"(?:1[0-2]|0?[1-9])月(?:份|{_OF_MONTH}[日号])?(?!\d){_LIMIT}"),
)
_THIS_YEAR = re.compile(r"[当本次]年度?(?=\d{1,2}月)")
_EVERY = re.compile(
    r"(?:每季度|每季|每月|每年|季度|当季|次月|月|当年|年)[底末初]之?(?:前|内)?(?:完成)?"
)
_IN_CHINESE = re.compile(r"[一二两三四五六七八九十百千]{1,5}(?:余|多)?")
_AS_AGREED = re.compile(r"按[^\d≥≤<>=,。]{2,10}(?:完成|执行|进行|支付|发放)")
_LONGEST_UNIT = 8
_NO_UNITS = frozenset(("数", "数目", "数值", "比率", "比值", "占比"))
"""Spellings of bare numbers and ratios: behind a number, glued, they begin the next name."""

_SIGNED = 4.0
_WITH_UNIT = 2.7
_PART_OF_UNIT = 0.7
"""A unit that goes on (平方 in 平方米) is hardly the unit."""


class Span(NamedTuple):
    """A stretch that may be a target: where it ends, and how much it looks like one."""

    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Quantities:
    """Finds numbers with their units, dates and terms.

    Attributes:
        units: every spelling of a unit. composed: tells those composed of several (元/平方米·月).
    """

    units: frozenset[str]
    composed: Units

    @classmethod
    def of(cls, units: Units) -> Quantities:
        """Take the spellings that are units also where nothing separates them from a name."""
        return cls(frozenset(units.by_spelling) - _NO_UNITS, units)

    def spans(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield every stretch from `at`, within `end`, that is a number, a time or a term."""
        yield from self.numbers(text, at, end)
        yield from self.terms(text, at, end)

    def numbers(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield the number that begins at `at`: first without a unit, then with each."""
        found = _QUANTITY.match(text, at, end)
        if found is None or _YEAR.match(text, found.start("number"), end):
            return
        signed = bool(found["sign"] or found["percent"])
        base = _SIGNED if signed else 0.0
        yield Span(found.end(), base + 0.2)
        worth = _WITH_UNIT
        for after in self.measures(text, found.end(), end):
            yield Span(after, base + worth)
            if suffix := _SUFFIX.match(text, after, end):
                yield Span(suffix.end(), base + worth + (1.5 if signed else 0.5))
            worth = _PART_OF_UNIT
        if suffix := _SUFFIX.match(text, found.end(), end):
            yield Span(suffix.end(), base + 1.5)

    def measures(self, text: str, at: int, end: int) -> Iterator[int]:
        """Yield where a unit that begins at `at` may end, the longest first."""
        if bracket := _BRACKET.match(text, at, end):
            yield bracket.end()
            return
        if composed := _COMPOSED.match(text, at, end):
            for after in range(composed.end(), composed.start("below"), -1):
                if self.composed.understand(text[at:after]) is not None:
                    yield after
                    return
        for size in range(min(_LONGEST_UNIT, end - at), 0, -1):
            unit = text[at : at + size]
            # Glued behind 12期, the sign 数 rather begins the next name (数字化).
            if unit in self.units and not (unit[-1] == "数" and at + size < end):
                yield at + size

    def terms(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield dates, periods, numbers in Chinese numerals, and terms such as 按合同约定完成."""
        for time in _TIMES if text[at].isdigit() or text[at] == "=" else ():
            if found := time.match(text, at, end):
                score = 4.0 + 0.1 * (found.end() - at)
                yield Span(found.end(), score)
                if text.endswith(_DONE, at, found.end()):
                    yield Span(found.end() - 2, score)
        yield from self._repeated(text, at, end)
        if found := _IN_CHINESE.match(text, at, end):
            for after in self.measures(text, found.end(), end):
                yield Span(after, 1.5)
                if limit := _TIME_LIMIT.match(text, after, end):
                    yield Span(limit.end(), 1.8)
        if agreed := _AS_AGREED.match(text, at, end):
            yield Span(agreed.end(), 2.2)

    def _repeated(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield terms that name no year (当年12月底前, 每季度末前)."""
        if this_year := _THIS_YEAR.match(text, at, end):
            for span in self.terms(text, this_year.end(), end):
                yield Span(span.end, span.score + 0.5)
        if every := _EVERY.match(text, at, end):
            yield Span(every.end(), 2.5)
