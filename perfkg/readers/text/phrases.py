"""How likely a stretch of glued text is an indicator's target, or its name.

Nothing says for certain where a name ends and its target begins, so each stretch has a score: more
for what only a target looks like (`≥95%`), less for a word that names hold too (`提升`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from perfkg.layout import Phrases, load_layout
from perfkg.readers.text.values import COMPARATOR
from perfkg.vocabulary import load_vocabulary

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
_QUANTITY = re.compile(rf"(?P<sign>{COMPARATOR})?(?P<percent>百分之)?(?P<number>{_NUMBER})")
_BRACKET = re.compile(r"\([^()\d]{1,12}\)")
_SUFFIX = re.compile(r"(?:\(含\)|及)?(?:以上|以下|以内|之内|内|左右)")
_LIMIT = r"(?:底|末|初|上旬|中旬|下旬)?(?:之?前|以前|之内|以内|内)?(?:完成|完工)?"
_YEAR = re.compile(r"(?:19|20)\d\d[年.-]")
_IN_CHINESE = re.compile(r"[一二两三四五六七八九十百千]{1,5}(?:余|多)?")
_DAY = r"(?:19|20)\d\d[-./年](?:1[0-2]|0?\d)(?:[-./月](?:3[01]|[12]\d|0?\d)日?|月)?"
_TIMES = (
    re.compile(rf"=?{_DAY}[-~至—]+{_DAY}"),
    re.compile(rf"=?{_DAY}{_LIMIT}"),
    re.compile(rf"(?:19|20)\d\d年度?(?!\d){_LIMIT}"),
    re.compile(rf"(?:1[0-2]|0?[1-9])月(?:份|(?:3[01]|[12]\d|0?[1-9])[日号])?(?!\d){_LIMIT}"),
)
_SENTENCE = re.compile(r"[^。≥≤<>=]{6,120}。")
_STARTS = re.compile(r"[0-9≥≤≧≦<>=大小等不至百]")
_STARTING = frozenset("0123456789≥≤≧≦<>=大小等不至百一二两三四五六七八九十千")
_OF_WORDS = re.compile(r"[^\d≥≤<>=%]{6,60}")
_LONGEST_UNIT = 8
_LONGEST_NAME = 120
_USUAL_NAME = 10
_BRACKETS = re.compile(r"\([^()]*\)")
_BAD_START = re.compile(r"[、，,。；;)）%≥≤<>=.\-]")
_BAD_END = re.compile(r"(?:[的和与及、，,(（第每]|[^0-9]\d{0,2}\.|[≥≤<>=])$")
_HIDDEN = re.compile(rf"{COMPARATOR}\d")
_NO_UNITS = frozenset(("数", "数目", "数值", "比率", "比值", "占比"))
"""Spellings of bare numbers and ratios: behind a number, glued, they begin the next name."""
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,6})[度性率]?\1")
_WORDS = 4
"""Words that a target in words is made of at most."""

_LEAD, _STATE, _VERB = "l", "s", "v"
_BEFORE_NUMBER = re.compile("lv?")
"""每月不少于4次, 较上年增长8%."""
_SIGNS = re.compile("[≥≤≧≦<>=]")
_PATTERNS = (
    (re.compile("l{1,2}[sv]"), 3.1),  # 显著提升
    (re.compile("l[sv]{2}"), 2.7),
    (re.compile("v[ls]"), 1.5),  # 提升明显
    (re.compile("ss"), 0.8),  # 规范有序
)


class Span(NamedTuple):
    """A stretch that may be a target: where it ends, and how much it looks like one."""

    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Looks:
    """The words and units that tell names from targets.

    Attributes:
        words: first sign → words that begin with it, with what they are, longest first.
        units: every spelling of a unit.
    """

    words: dict[str, list[tuple[str, str]]]
    units: frozenset[str]
    endings: tuple[str, ...]
    tails: tuple[str, ...]

    @classmethod
    def of(cls, phrases: Phrases, units: Iterable[str]) -> Looks:
        """Gather words by their first sign."""
        kinds: dict[str, str] = defaultdict(str)
        for kind, found in (
            (_LEAD, phrases.leads), (_STATE, phrases.states), (_VERB, phrases.verbs)
        ):  # fmt: skip
            for word in found:
                kinds[word] += kind
        words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in sorted(kinds, key=lambda word: (-len(word), word)):
            words[word[0]].append((word, kinds[word]))
        return cls(dict(words), frozenset(units) - _NO_UNITS, phrases.endings, phrases.tails)

    # -- targets ------------------------------------------------------------------------------

    def may_start(self, char: str) -> bool:
        """Whether a target may begin with `char`."""
        return char in self.words or char in _STARTING

    def targets(self, text: str, at: int, end: int, *, bare: bool = False) -> Iterator[Span]:
        """Yield every stretch from `at`, within `end`, that may be a target.

        Args:
            text: without white space.
            at: where the target begins.
            end: where the text ends.
            bare: whether numbers stand without their units, which have a column of their own.
        """
        if _STARTS.match(text, at):
            for span in self._quantities(text, at, end):
                yield span
                if bare:
                    break
            for time in _TIMES:
                if found := time.match(text, at, end):
                    yield Span(found.end(), 4.0 + 0.1 * (found.end() - at))
        if found := _IN_CHINESE.match(text, at, end):
            for after in self.measures(text, found.end(), end):
                yield Span(after, 1.5)
                if limit := re.compile(_LIMIT).match(text, after, end):
                    yield Span(limit.end(), 1.8)
        if text[at] in self.words:
            yield from self._in_words(text, at, end)

    def _quantities(self, text: str, at: int, end: int) -> Iterator[Span]:
        found = _QUANTITY.match(text, at, end)
        if found is None:
            yield from self._words_after_sign(text, at, end)
            return
        if _YEAR.match(text, found.start("number"), end):
            return
        sure = 4.0 if found["sign"] or found["percent"] else 0.0
        yield Span(found.end(), sure + 0.2)
        for index, after in enumerate(self.measures(text, found.end(), end)):
            # A unit that goes on (平方 in 平方米) is hardly the unit.
            score = sure + 2.7 - 2.0 * min(index, 1)
            yield Span(after, score)
            if suffix := _SUFFIX.match(text, after, end):
                yield Span(suffix.end(), score + 1.5)
        if suffix := _SUFFIX.match(text, found.end(), end):
            yield Span(suffix.end(), sure + 1.5)

    def _words_after_sign(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield targets such as `=优良`."""
        sign = _SIGNS.match(text, at, end)
        if sign and sign.end() < end and text[sign.end()] in self.words:
            for span in self._in_words(text, sign.end(), end):
                yield Span(span.end, span.score + 3.0)

    def measures(self, text: str, at: int, end: int) -> Iterator[int]:
        """Yield where a unit that begins at `at` may end."""
        if bracket := _BRACKET.match(text, at, end):
            yield bracket.end()
            return
        for size in range(min(_LONGEST_UNIT, end - at), 0, -1):
            if text[at : at + size] in self.units:
                yield at + size

    def _in_words(self, text: str, at: int, end: int) -> Iterator[Span]:
        found = list(self._phrases(text, at, end, "", ()))
        for after, kinds, last in found:
            yield Span(after, _worth(kinds, after - at, last))
            if _BEFORE_NUMBER.fullmatch(kinds) and not _SIGNS.match(text, after):
                for span in self._quantities(text, after, end):
                    yield Span(span.end, span.score + 0.5)
        if any(kinds[0] == _LEAD for _, kinds, _ in found) and (
            sentence := _SENTENCE.match(text, at, end)
        ):
            yield Span(sentence.end(), 2.0)
        # Where all else fails, a text up to the next heading is told by the word it begins with.
        if found and (last := _OF_WORDS.fullmatch(text, at, end)):
            yield Span(last.end(), -1.0)

    def _phrases(
        self, text: str, at: int, end: int, before: str, used: tuple[str, ...]
    ) -> Iterator[tuple[int, str, int]]:
        for word, kinds in self.words.get(text[at : at + 1], ()):
            after = at + len(word)
            # A word that stands twice (达标达标) ends a name and is its target.
            if after > end or not text.startswith(word, at) or word in used:
                continue
            for kind in kinds:
                whole = before + kind
                yield after, whole, len(word)
                if len(whole) < _WORDS:
                    yield from self._phrases(text, after, end, whole, (*used, word))

    # -- names --------------------------------------------------------------------------------

    def name(self, text: str, start: int, end: int) -> float | None:
        """Return how much a stretch looks like the name of an indicator; None for not at all."""
        size = end - start
        if size < 2 or size > _LONGEST_NAME:
            return None
        name = text[start:end]
        shown = len(_BRACKETS.sub("", name))
        score = -min(0.1 * max(0, shown - _USUAL_NAME), 3.0)
        if name.endswith(self.endings) or name[-1] in ")。":
            score += 1.5
        if "。" in name[:-1]:
            score -= 4.0
        if _BAD_START.match(name) or name.startswith(self.tails):
            score -= 4.0
        if _BAD_END.search(name) or name.count("(") != name.count(")"):
            score -= 5.0
        if _HIDDEN.search(name):
            score -= 5.0
        if size == 2 or any(after == end for after, *_ in self._phrases(text, start, end, "", ())):
            score -= 1.5
        if _TWICE.search(name):
            score -= 2.5
        return score - self._begins_like_target(name)

    def echo(self, text: str, start: int, at: int, end: int) -> float:
        """Return what it is worth that a target from `at` on says again how its name ends.

        考核达标 达标, 提升度 提升 and the like are how targets in words are mostly written.
        """
        target = text[at:end]
        if not target[0].isdigit() and target[-2:] in text[max(start, at - 5) : at]:
            return 2.0
        return 0.0

    def _begins_like_target(self, name: str) -> float:
        kinds = [kinds for word, kinds in self.words.get(name[0], ()) if name.startswith(word)]
        if any(kinds == _STATE or _LEAD in kinds for kinds in kinds):
            return 0.8
        return 0.0 if not name[0].isdigit() else 0.5


def _worth(kinds: str, size: int, last: int) -> float:
    """Return how much a phrase looks like a target.

    Args:
        kinds: of its words. size: its signs. last: the signs of its last word.
    """
    if last == 1:
        return -0.5 if len(kinds) == 1 else 0.5
    if len(kinds) == 1:
        return {_STATE: 1.6, _VERB: 0.8, _LEAD: 0.6}[kinds] + 0.3 * (size - 2)
    return next((worth for pattern, worth in _PATTERNS if pattern.fullmatch(kinds)), 0.3)


@cache
def looks() -> Looks:
    """Return what the layout and the vocabulary of units say."""
    return Looks.of(load_layout().phrases, load_vocabulary().units.by_spelling)
