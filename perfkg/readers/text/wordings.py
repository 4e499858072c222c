"""Targets in words (显著提升, 达标), as they begin in glued text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from perfkg.layout import Phrases
from perfkg.readers.text.quantities import Quantities, Span

_LEAD, _STATE, _VERB = "l", "s", "v"
_MOST_WORDS = 4
"""Words that a target in words is made of at most."""

_ALONE = {_STATE: 1.6, _VERB: 0.8, _LEAD: 0.6}
_TOGETHER = (
    (re.compile("l{1,2}[sv]"), 3.1),  # 显著提升
    (re.compile("l[sv]{2}"), 2.7),
    (re.compile("v[ls]"), 1.5),  # 提升明显
    (re.compile("ss"), 0.8),  # 规范有序
)
"""Kinds of words in order, and how much they look like a target."""

_BEFORE_NUMBER = re.compile("lv?")
"""每月不少于4次, 较上年增长8%."""

_SIGN = re.compile("[≥≤≧≦<>=]")
_SENTENCE = re.compile(r"[^。≥≤<>=]{6,120}。")
_CLAUSES = re.compile(r"[\u4e00-\u9fff]{2,20},[\u4e00-\u9fff]{4,20}")
"""规范秩序,保障安全."""
_TO_THE_END = re.compile(r"[^\d≥≤<>=%]{6,60}")


@dataclass(frozen=True, slots=True)
class Wordings:
    """Finds targets that are made of known words.

    Attributes:
        words: first sign → words that begin with it, with what they are, longest first.
        last_words: what a target of two clauses may end with.
        quantities: finds the numbers behind words such as 每月.
    """

    words: dict[str, list[tuple[str, str]]]
    last_words: tuple[str, ...]
    quantities: Quantities

    @classmethod
    def of(cls, phrases: Phrases, quantities: Quantities) -> Wordings:
        """Gather words by their first sign."""
        kinds: dict[str, str] = defaultdict(str)
        known = {_LEAD: phrases.leads, _STATE: phrases.states, _VERB: phrases.verbs}
        for kind, found in known.items():
            for word in found:
                kinds[word] += kind
        words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in sorted(kinds, key=lambda word: (-len(word), word)):
            words[word[0]].append((word, kinds[word]))
        last = tuple(w for w in (*phrases.states, *phrases.verbs) if len(w) > 1)
        return cls(dict(words), last, quantities)

    def spans(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield every stretch from `at`, within `end`, that may be a target in words."""
        if sign := _SIGN.match(text, at, end):
            # =优良
            for span in self._worded(text, sign.end(), end) if sign.end() < end else ():
                yield Span(span.end, span.score + 3.0)
        else:
            yield from self._worded(text, at, end)

    def _worded(self, text: str, at: int, end: int) -> Iterator[Span]:
        leads = known = False
        for after, kinds, last in self._phrases(text, at, end, "", ()):
            known, leads = True, leads or kinds[0] == _LEAD
            yield Span(after, _worth(kinds, after - at, last))
            if _BEFORE_NUMBER.fullmatch(kinds) and not _SIGN.match(text, after):
                for span in self.quantities.numbers(text, after, end):
                    yield Span(span.end, span.score + 0.5)
        if leads and (sentence := _SENTENCE.match(text, at, end)):
            yield Span(sentence.end(), 2.0)
        if known and (clauses := _CLAUSES.match(text, at, end)):
            for after in range(text.index(",", at) + 4, clauses.end() + 1):
                if text.endswith(self.last_words, at, after):
                    yield Span(after, 2.0)
        # Where all else fails, a text up to the next heading is told by the word it begins with.
        if known and (last_one := _TO_THE_END.fullmatch(text, at, end)):
            yield Span(last_one.end(), -1.0)

    def is_phrase(self, text: str, start: int, end: int) -> bool:
        """Whether a stretch is made of such words and nothing else."""
        return any(after == end for after, *_ in self._phrases(text, start, end, "", ()))

    def begin(self, text: str) -> bool:
        """Whether a text begins with a word that targets rather than names begin with."""
        found = (kinds for word, kinds in self.words.get(text[0], ()) if text.startswith(word))
        return any(kinds == _STATE or _LEAD in kinds for kinds in found)

    def _phrases(
        self, text: str, at: int, end: int, before: str, used: tuple[str, ...]
    ) -> Iterator[tuple[int, str, int]]:
        """Yield where a phrase may end, the kinds of its words and the size of the last."""
        for word, kinds in self.words.get(text[at : at + 1], ()):
            after = at + len(word)
            # A word that stands twice (达标达标) ends a name and is its target.
            if after > end or not text.startswith(word, at) or word in used:
                continue
            for kind in kinds:
                whole = before + kind
                yield after, whole, len(word)
                if len(whole) < _MOST_WORDS:
                    yield from self._phrases(text, after, end, whole, (*used, word))


def _worth(kinds: str, size: int, last: int) -> float:
    """Return how much a phrase looks like a target.

    Args:
        kinds: of its words.
        size: how many signs it has.
        last: how many of them its last word has; names end so by chance where it is one.
    """
    if last == 1:
        return -0.5 if len(kinds) == 1 else 0.5
    if len(kinds) == 1:
        return _ALONE[kinds] + 0.3 * (size - 2)
    return next((worth for pattern, worth in _TOGETHER if pattern.fullmatch(kinds)), 0.3)
