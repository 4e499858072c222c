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
_TO_THE_END = re.compile(r"[^\d≥≤<>=%]{3,60}")
_SOME_WORDS = "[\u4e00-\u9fff、]{1,10}?"
_ONE_SIGN = "[\u4e00-\u9fff]"
_TWO, _FOUR = f"{_ONE_SIGN}{{2}}", f"{_ONE_SIGN}{{4}}"
_PARALLEL = re.compile(rf"(?:做到)?(?:{_TWO}(?:、{_TWO})+|{_FOUR}(?:、{_FOUR})+)")
"""公平、公正、公开 or 通俗易懂、贴近群众."""
_FREE = re.compile(r"[\u4e00-\u9fff、]{4,14}")
_LONGEST_NAME_ENDING = 6
_NAME_IN_SIGHT = 20

_FRAMED, _FRAMED_SIGN = 2.3, 0.05
"""A set phrase: what it is worth, and what each of its signs adds."""

_PARALLEL_WORTH = 1.2
_LED_CLAUSE, _BARE_CLAUSE, _ECHOING_CLAUSE = 0.4, -1.0, -1.2
"""A clause of any words that ends as targets do: begun by a known word, or only standing behind
what names end with; and one that ends with a word of the name."""

_LAST, _LAST_SIGN, _USUAL_LAST = -1.0, -0.1, 12
"""What stands up to the next heading, and what each sign beyond the usual costs."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Finds targets that are made of known words.

    Attributes:
        words: first sign → words that begin with it, with what they are, longest first.
        last_words: what a target of two clauses may end with.
        frames: first sign → set phrases that begin with it.
        endings: how names end, so that any words behind one may be a target.
        quantities: finds the numbers behind words such as 每月.
    """

    words: dict[str, list[tuple[str, str]]]
    last_words: tuple[str, ...]
    frames: dict[str, list[re.Pattern[str]]]
    endings: tuple[str, ...]
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
        frames: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for frame in phrases.frames:
            pattern = frame.replace("*", _SOME_WORDS).replace("?", _ONE_SIGN)
            frames[frame[0]].append(re.compile(pattern))
        return cls(dict(words), last, dict(frames), phrases.endings, quantities)

    def may_start(self, text: str, at: int) -> bool:
        """Whether a target in words may begin at `at`."""
        char = text[at]
        return char in self.words or char in self.frames or self._is_behind_name(text, at)

    def _is_behind_name(self, text: str, at: int) -> bool:
        return text.endswith(self.endings, max(at - _LONGEST_NAME_ENDING, 0), at)

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
        yield from self._framed(text, at, end)
        if known or self._is_behind_name(text, at):
            yield from self._free(text, at, end, is_led=known)
        if known and (clauses := _CLAUSES.match(text, at, end)):
            for after in range(text.index(",", at) + 4, clauses.end() + 1):
                if text.endswith(self.last_words, at, after):
                    yield Span(after, 2.0)

    def _framed(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield set phrases around free words (符合国家出版标准)."""
        for frame in self.frames.get(text[at : at + 1], ()):
            if found := frame.match(text, at, end):
                yield Span(found.end(), _FRAMED + _FRAMED_SIGN * (found.end() - at))

    def _free(self, text: str, at: int, end: int, *, is_led: bool) -> Iterator[Span]:
        """Yield clauses of any words, where a known word begins them or a name ends in front.

        Those count that end with a word that targets end with, or with one of the name's (挽回群众
        损失 最大限度挽回损失), and, where all else fails, the text up to the next heading.
        """
        if parallel := _PARALLEL.match(text, at, end):
            yield Span(parallel.end(), _PARALLEL_WORTH)
        words = _FREE.match(text, at, end)
        sight = max(at - _NAME_IN_SIGHT, 0)
        for after in range(at + 4, words.end() + 1) if words else ():
            if text.endswith(self.last_words, at + 2, after):
                yield Span(after, _LED_CLAUSE if is_led else _BARE_CLAUSE)
            elif is_led and text.find(text[after - 2 : after], sight, at) >= 0:
                yield Span(after, _ECHOING_CLAUSE)
        if last := _TO_THE_END.fullmatch(text, at, end):
            beyond = max(0, last.end() - at - _USUAL_LAST)
            yield Span(last.end(), _LAST + _LAST_SIGN * beyond)

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
