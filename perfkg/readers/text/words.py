"""The labels and headings of the forms, as far as the shape of a text depends on them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from perfkg.layout import load_layout
from perfkg.vocabulary import load_vocabulary

Kind = Literal["field", "fund", "goal", "heading", "column"]

LONGEST = 32
"""Characters of the longest text that is looked up as a label."""

_ENOUGH = 3
"""Characters that a label needs to be known outside a row of labels."""

_STRONG = 4
"""Characters that a label needs to be known in front of glued text."""

_NEAR = 12
"""Labels of a line that are looked back at."""

_REMEMBERED = 16_384
"""Texts whose kind is kept at hand."""

_LEVELS = frozenset({"side", "level1", "level2"})
_SIGNS = tuple(zip("（）：／，＝", "():/,=", strict=True))
_DIGITS = "0-9一二三四五六七八九十"
_LEAD = re.compile(rf"其中:?|[{_DIGITS}]{{1,2}}[.、]")
_LEAD_SEARCH = rf"其中|(?<![{_DIGITS}])[{_DIGITS}]{{1,2}}[.、]"
_SUFFIX = re.compile(r"(?:\([^()]{1,10}\))?:?")
_NOT_BEFORE = frozenset("的和与及或对各按于在为、等该本其")
_NOT_AFTER = frozenset("的是为和与及或、等,。;")
_ENDS = re.compile(r"[0-9元。.;)%—-]")


class Match(NamedTuple):
    """A label found in glued text: from `start` to `end`."""

    start: int
    end: int
    kind: Kind


def plain(text: str) -> str:
    """Return a text as labels are compared: without white space, with narrow signs."""
    bare = "".join(text.split())
    if not bare.isalnum():
        for wide, narrow in _SIGNS:
            bare = bare.replace(wide, narrow)
    return bare


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Every spelling of a label or heading.

    Attributes:
        kinds: spelling → what kind of label it is.
        roles: head of a column of the indicator table → what stands in that column.
        starts: the two characters that begin a spelling, or what may stand in front of one.
        sizes: first character → the lengths of the spellings that it begins, longest first.
    """

    kinds: Mapping[str, Kind]
    roles: Mapping[str, str]
    starts: re.Pattern[str]
    sizes: Mapping[str, tuple[int, ...]]
    _seen: dict[str, Kind | None] = field(default_factory=dict)

    @classmethod
    def of(cls, spellings: Iterable[tuple[str, Kind]], roles: Mapping[str, str]) -> Words:
        """Gather spellings; the first kind given for one counts."""
        kinds: dict[str, Kind] = {}
        for spelling, kind in spellings:
            bare = plain(spelling)
            if len(bare) > 1 and (kind != "heading" or bare.endswith("指标")):
                kinds.setdefault(bare, kind)
        pairs = sorted({re.escape(spelling[:2]) for spelling in kinds})
        # Most signs begin none of them: to see that first is three times as fast.
        firsts = re.escape("".join(sorted({spelling[0] for spelling in kinds})))
        starts = re.compile(f"(?=[{firsts}其{_DIGITS}])(?:{'|'.join([*pairs, _LEAD_SEARCH])})")
        lengths: dict[str, set[int]] = defaultdict(set)
        for spelling in kinds:
            lengths[spelling[0]].add(len(spelling))
        sizes = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
        named = {plain(spelling): role for spelling, role in roles.items()}
        return cls(kinds, named, starts, sizes)

    def kind(self, text: str) -> Kind | None:
        """Return what kind of label a text is, or None; 其中：, brackets and colons do not count.

        >>> words().kind("其中：财政拨款"), words().kind("绩 效 指 标"), words().kind("机柜数量")
        ('fund', 'column', None)
        """
        if not text or len(text) > LONGEST:
            return None
        if text not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[text] = self._kind(plain(text))
        return self._seen[text]

    def _kind(self, bare: str) -> Kind | None:
        if bare in self.kinds:
            return self.kinds[bare]
        found = self._at(bare, _after_lead(bare, 0), 1)
        return found.kind if found and found.end == len(bare) else None

    def is_label(self, text: str) -> bool:
        """Whether a text is a label by itself, not only beside other labels."""
        return self.kind(text) is not None and len(plain(text)) >= _ENOUGH

    def may_begin(self, text: str) -> bool:
        """Whether a text may be the first piece of a label that is printed in pieces."""
        return text[:1] in self.sizes or text.startswith("其") or _LEAD.match(text) is not None

    def is_level(self, text: str) -> bool:
        """Whether a text heads a column in front of the indicators' names (一级指标)."""
        return self.roles.get(plain(text)) in _LEVELS

    def scan(self, text: str) -> list[Match]:
        """Find the labels in glued text (as `plain` gives it), from left to right."""
        found: list[Match] = []
        end = 0
        headed = False
        for start in self.starts.finditer(text):
            at = start.start()
            if at < end:
                continue
            match = self._guarded(text, at, after_label=bool(found) and at == end)
            if match is None or (headed and match.kind in ("field", "column")):
                # Behind a heading stands an indicator, whose name may hold a label (完成时间).
                continue
            if self._stands(match, text, found):
                found.append(match)
                end = match.end
                headed = headed or match.kind == "heading"
        return found

    def _guarded(self, text: str, at: int, *, after_label: bool) -> Match | None:
        start = _after_lead(text, at)
        match = self._at(text, start, _ENOUGH - 1 if after_label else _STRONG)
        if match is None or text[match.end : match.end + 1] in _NOT_AFTER:
            return None
        led = Match(at, match.end, match.kind)
        if at == 0 or after_label or (start > at and text.startswith("其中", at)):
            return led
        before = text[at - 1]
        if before in _NOT_BEFORE or start > at:
            return None
        return led

    def _stands(self, match: Match, text: str, found: list[Match]) -> bool:
        """Whether a label in the middle of a line is one there, behind those of `found`."""
        at, kind = match.start, match.kind
        touches = at == 0 or (bool(found) and found[-1].end == at)
        if not touches and kind == "fund" and found and found[-1].kind == "goal":
            # Funds stand above the goals, which may list them too (，其中：财政拨款80万元).
            return text[at - 1] == "。"
        if touches or kind in ("field", "heading") or text.startswith("其中", at):
            return True
        if kind == "column" and not self.is_level(text[at : match.end]):
            return False
        kinds = [label.kind for label in found[-_NEAR:]]
        first_goal = kind == "goal" and "field" in kinds and "goal" not in kinds
        return first_goal or _ENDS.match(text[at - 1]) is not None

    def _at(self, text: str, start: int, least: int) -> Match | None:
        """Return the longest label of at least `least` characters that begins at `start`."""
        for size in self.sizes.get(text[start : start + 1], ()):
            kind = self.kinds.get(text[start : start + size]) if size >= least else None
            if kind is not None:
                suffix = _SUFFIX.match(text, start + size)
                return Match(start, suffix.end() if suffix else start + size, kind)
        return None


def _after_lead(text: str, at: int) -> int:
    lead = _LEAD.match(text, at)
    return lead.end() if lead else at


@cache
def words() -> Words:
    """Return the labels and headings that perfkg knows."""
    layout = load_layout()
    found: list[tuple[str, Kind]] = []
    found += [(spelling, "field") for spelling in layout.fields]
    found += [(spelling, "fund") for spelling in layout.funds]
    found += [(spelling, "goal") for spelling in layout.goals]
    found += [(spelling, "column") for spelling in layout.columns]
    found += [(spelling, "column") for spelling in layout.money_columns]
    headings = load_vocabulary().headings.by_spelling
    found += [(spelling, "heading") for spelling in headings]
    return Words.of(found, layout.columns)
