"""The part of a form above its indicator table, in text without separators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from perfkg.layout import Layout, label
from perfkg.readers.text.anchors import Anchors, Column
from perfkg.readers.text.pairs import Bounds
from perfkg.readers.text.strip import GAP, Strip
from perfkg.readers.text.tablecuts import EMPTY, Cut
from perfkg.readers.text.words import Match, Words

_SHORTEST = 3
"""Signs of a label: shorter ones are known only where cells are apart."""
_SENTENCE_END = frozenset("。；;!！)0123456789")
_AMOUNT = r"((?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d|\d{1,3}(?:,\d{3})+|[-—/]{1,2}|)"
_POINTS = r"(100|[1-9]0|\d(?:\.\d{1,2})?|\d\d(?:\.\d{1,2})?|[-—/]{1,2}|)"
_RATE = r"(\d{1,3}(?:\.\d+)?%|[-—/]{1,2}|)"
_PARTS = {"weight": _POINTS, "score": _POINTS, "rate": _RATE}
_PROJECT = "项目"
_LONGEST_ROW = 150
_OF_THE_YEAR = re.compile(r"(?:本|当|全|今)?年度?[内对,]?|(?:19|20)\d\d年|本项目年度|按计划")
_NEW_LIST = re.compile(r"(?:一是|1[.、]|\(1\)|\(一\)|一、)")


@dataclass(slots=True)
class HeaderCutter:
    """Cuts the header of one form.

    Attributes:
        guesses: where the texts of two goals were parted without a sign of it.
    """

    strip: Strip
    layout: Layout
    words: Words
    anchors: Anchors
    guesses: list[int] = field(default_factory=list)
    _has_total: bool = False

    def rows(self, start: int, end: int) -> Iterator[Cut]:
        """Yield the rows between `start` and `end`."""
        head = self.anchors.money_head(self.strip.bare, start, end)
        if head is None:
            yield from self._labelled(start, end, None)
            return
        yield from self._labelled(start, head[0].start, None)
        yield [EMPTY, EMPTY, *((tile.start, tile.end) for tile in head)]
        yield from self._labelled(head[-1].end, end, head)

    def _labelled(self, start: int, end: int, head: Sequence[Column] | None) -> Iterator[Cut]:
        labels = self._labels(start, end)
        first = labels[0].start if labels else end
        if first > start:
            yield [(start, first)]
        at = 0
        while at < len(labels):
            kind = labels[at].kind
            size = 1
            while at + size < len(labels) and labels[at + size].kind == kind:
                size += 1
            after = labels[at + size].start if at + size < len(labels) else end
            group = labels[at : at + size]
            if kind == "goal":
                yield from self._goals(group, after)
            elif kind == "fund":
                yield from self._funds(group, after, head)
            else:
                yield from ([*pair] for pair in self._pairs(group, after))
            at += size

    # -- labels -------------------------------------------------------------------------------

    def _labels(self, start: int, end: int) -> list[Match]:
        found: list[Match] = []
        seen: set[str] = set()
        for here in self._scanned(start, end):
            meaning = self._meaning(here)
            if found and self._meaning(found[-1]) == "project_name":
                here = self._without_project(here, meaning)
            if self._is_one(here, meaning, found[-1] if found else None, seen):
                found.append(here)
                seen.add(meaning)
        return found

    def _scanned(self, start: int, end: int) -> list[Match]:
        """Return what may be labels, with those that only what follows them shows."""
        text = self.strip.bare
        scanned = self.words.scan(text[start:end])
        found = [Match(m.start + start, m.end + start, m.kind) for m in scanned]
        for pattern, kind in self.anchors.sure:
            for sure in pattern.finditer(text, start, end):
                at, after = sure.span()
                if all(after <= match.start or match.end <= at for match in found):
                    found.append(Match(at, after, kind))
        return sorted(found)

    def _meaning(self, match: Match) -> str:
        name = label(self.strip.bare[match.start : match.end])
        tables = (self.layout.fields, self.layout.funds, self.layout.goals)
        return next((t[n] for t in tables for n in (name.whole, name.text) if n in t), "")

    def _without_project(self, match: Match, meaning: str) -> Match:
        """Give 项目 to the name before it where the label is one without it (某某项目 主管部门)."""
        rest = Match(match.start + len(_PROJECT), match.end, match.kind)
        opens = self.strip.bare.startswith(_PROJECT, match.start)
        return rest if opens and self._meaning(rest) == meaning else match

    def _is_one(self, match: Match, meaning: str, last: Match | None, seen: set[str]) -> bool:
        """Whether a label in the text is one of the form's, and no word of a value."""
        if match.kind not in ("field", "fund", "goal") or match.end - match.start < _SHORTEST:
            return False
        if match.kind == "field" and meaning != "other" and meaning in seen:
            return False
        if last is None:
            return True
        touches = last.end == match.start
        if self._meaning(last) == "project_name" and match.start - last.end < 2:
            return False
        if last.kind != "goal" or touches:
            return True
        before = self.strip.bare[match.start - 1]
        return match.start in self.strip.gaps or before in _SENTENCE_END

    def _pairs(self, labels: Sequence[Match], end: int) -> Iterator[tuple[Bounds, Bounds]]:
        ends = [*(match.start for match in labels[1:]), end]
        for match, after in zip(labels, ends, strict=True):
            yield (match.start, match.end), (match.end, after)

    # -- money --------------------------------------------------------------------------------

    def _funds(
        self, labels: Sequence[Match], end: int, head: Sequence[Column] | None
    ) -> Iterator[Cut]:
        """Give all amounts in one row, so that the two 其他资金 stand side by side."""
        pairs = list(self._pairs(labels, end))
        for match, (_, value) in zip(labels, pairs, strict=True):
            if self._meaning(match) == "project_total" and value[0] < value[1]:
                self._has_total = True
        if head is None:
            yield [cell for pair in pairs for cell in pair]
            return
        for name, value in pairs:
            yield [EMPTY, name, *self._amounts(value, head)]

    def _amounts(self, value: Bounds, head: Sequence[Column]) -> Cut:
        """Cut the amounts, points and rate of a row of a self-evaluation's money table."""
        start, end = value
        if end - start > _LONGEST_ROW:
            return [value]
        parts = "".join(_PARTS.get(tile.role, _AMOUNT) for tile in head)
        if found := re.compile(parts).fullmatch(self.strip.bare, start, end):
            return [found.span(group) for group in range(1, len(head) + 1)]
        third, rest = divmod(end - start, 3)
        same = {self.strip.bare[start + third * n : start + third * (n + 1)] for n in range(3)}
        if rest == 0 and len(same) == 1:
            return [(start + third * n, start + third * (n + 1)) for n in range(3)]
        return [value]

    # -- goals --------------------------------------------------------------------------------

    def _goals(self, labels: Sequence[Match], end: int) -> Iterator[Cut]:
        """Yield a row of labels and a row of texts for each label, or group of labels."""
        group: list[Match] = []
        for match, after in zip(labels, [*(m.start for m in labels[1:]), end], strict=True):
            group.append(match)
            if after > match.end:
                yield from self._goal(group, (match.end, after))
                group = []
        if group:
            yield [(match.start, match.end) for match in group]

    def _goal(self, labels: Sequence[Match], text: Bounds) -> Iterator[Cut]:
        # Of two labels that mean the same (年度总体目标, 预期目标) the first is at the side.
        last = {self._meaning(match): i for i, match in enumerate(labels)}
        named = sorted(i for meaning, i in last.items() if meaning != "section")
        row: Cut = [(match.start, match.end) for match in labels]
        if not named:
            yield [*row, text]
            return
        yield row
        texts: Cut = [EMPTY] * len(labels)
        cut = self._between_goals(text, labels[named[0]]) if len(named) == 2 else None
        if cut is not None:
            texts[named[0]], texts[named[1]] = (text[0], cut), (cut, text[1])
        else:
            # An empty goal prints nothing; the goal of the year is the one that is always there.
            annual = [i for i in named if self._meaning(labels[i]) == "annual_goal"]
            texts[annual[0] if annual else named[-1]] = text
        yield texts

    def _between_goals(self, text: Bounds, first: Match) -> int | None:
        """Return where the second of two goals begins, None where there seems to be only one."""
        start, end = text
        bare = self.strip.bare
        ends = [i + 1 for i in range(start, end - 1) if bare[i] in "。；;" and i + 2 < end]
        parted = [at for at in ends if self.strip.gaps.get(at, 0) == GAP]
        stops = [at for at in ends if bare[at - 1] == "。"]
        if len(parted) == 1:
            return parted[0]
        if not stops:
            return parted[0] if parted else None
        lists = [at for at in stops if _NEW_LIST.match(bare, at)]
        if _NEW_LIST.match(bare, start) and lists:
            return lists[0]
        years = [at for at in stops if _OF_THE_YEAR.match(bare, at)]
        if years and not _OF_THE_YEAR.match(bare, start):
            return years[0]
        # A form that states no money of the project's whole life has no goal of it either.
        if self._meaning(first) == "long_term_goal" and not self._has_total:
            return None
        middle = (start + end) / 2
        if len(stops) > 1:
            self.guesses.append(start)
        return min(stops, key=lambda at: abs(at - middle))
