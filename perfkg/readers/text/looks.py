"""How likely a stretch of glued text is an indicator's name, or its target.

Nothing says for certain where a name ends and its target begins, so each stretch has a score: more
for what only a target looks like (`≥95%`), less for a word that names hold too (`提升`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from perfkg.layout import load_layout
from perfkg.readers.text.quantities import Quantities, Span
from perfkg.readers.text.values import COMPARATOR
from perfkg.readers.text.wordings import Wordings
from perfkg.vocabulary import load_vocabulary

_STARTING = frozenset("0123456789≥≤≧≦<>=大小等不至百按一二两三四五六七八九十千当本次每季月年")
_BRACKETS = re.compile(r"\([^()]*\)")
_LONGEST_NAME = 120
_SHORT_NAME, _USUAL_NAME = 4, 10
_ENDING = 1.5
_FAULTS = (
    (re.compile(r"[、,。;)%≥≤<>=.\-]"), 4.0),  # begins like the rest of something
    (re.compile(r".*(?:[的和与及、,(第每]|[^0-9]\d{0,2}\.|[≥≤<>=])$"), 5.0),  # goes on
    (re.compile(rf".*?{COMPARATOR}\d"), 5.0),  # holds a target
    (re.compile(r".*?[^\d(年]\d+(?:\.\d+)?[^\d年.)]"), 1.0),  # holds a number
    (re.compile(r".*?([\u4e00-\u9fff]{2,6})[度性率]?\1"), 2.5),  # 考核达标达标
    (re.compile(r"[^。]*。."), 4.0),  # is more than a sentence
    (re.compile(r"\d"), 0.5),
    (re.compile(r".*内$"), 1.0),  # 在计划时间内 完成
)
"""What names hardly look like, and what it costs."""

_TORN_BRACKET = 5.0
_TAIL = 4.0
_SHORT = 1.2
_ONLY_TARGET = 2.0
_LIKE_TARGET = 0.8


@dataclass(frozen=True, slots=True)
class Looks:
    """Tells names from targets.

    Attributes:
        endings: how names end. tails: what no name begins with.
    """

    quantities: Quantities
    wordings: Wordings
    endings: tuple[str, ...]
    tails: tuple[str, ...]

    def may_start(self, text: str, at: int) -> bool:
        """Whether a target may begin at `at`."""
        return text[at] in _STARTING or self.wordings.may_start(text, at)

    def targets(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield every stretch from `at`, within `end`, that may be a target."""
        yield from self.quantities.spans(text, at, end)
        yield from self.wordings.spans(text, at, end)

    def targets_without_unit(self, text: str, at: int, end: int) -> Iterator[Span]:
        """Yield the same for a table whose numbers and units have a column each."""
        for span in self.quantities.numbers(text, at, end):
            yield span
            break
        yield from self.quantities.terms(text, at, end)
        yield from self.wordings.spans(text, at, end)

    def name(self, text: str, start: int, end: int) -> float | None:
        """Return how much a stretch looks like the name of an indicator; None for not at all."""
        if not 2 <= end - start <= _LONGEST_NAME:
            return None
        name = text[start:end]
        shown = len(_BRACKETS.sub("", name))
        score = _length(shown)
        score += _ENDING if name.endswith(self.endings) or name[-1] in ")。" else 0.0
        score -= sum(cost for fault, cost in _FAULTS if fault.match(name))
        score -= _TORN_BRACKET if name.count("(") != name.count(")") else 0.0
        score -= _TAIL if name.startswith(self.tails) else 0.0
        score -= _SHORT if shown < _SHORT_NAME else 0.0
        score -= _ONLY_TARGET if self.wordings.is_phrase(text, start, end) else 0.0
        return score - (_LIKE_TARGET if self.wordings.begin(name) else 0.0)

    def hope(self, size: int) -> float:
        """Return the score of a name of `size` signs without a fault."""
        return _length(size) + _ENDING

    def echo(self, text: str, start: int, at: int, end: int) -> float:
        """Return what it is worth that a target from `at` on says again what its name says.

        考核达标 达标, 提升度 提升 and the like are how targets in words are mostly written.
        """
        target = text[at:end]
        if len(target) < 2 or not target.isalpha():
            return 0.0
        if target[-2:] in text[max(start, at - 5) : at]:
            return 2.0
        name = text[start:at]
        return 1.0 if target[:2] in name or target[-2:] in name else 0.0


def _length(size: int) -> float:
    return -min(0.1 * max(0, size - _USUAL_NAME), 3.0)


@cache
def looks() -> Looks:
    """Return what the layout and the vocabulary of units say."""
    phrases = load_layout().phrases
    quantities = Quantities.of(load_vocabulary().units)
    return Looks(quantities, Wordings.of(phrases, quantities), phrases.endings, phrases.tails)
