"""Text without any separator: labels, values and headings printed one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from perfkg.readers.text.lines import MAX_LINE
from perfkg.readers.text.values import target_start
from perfkg.readers.text.words import Kind, Match, Words, plain


@dataclass(frozen=True, slots=True)
class Glue:
    """What was found in a line without separators.

    Attributes:
        text: the line.
        matches: the labels in it, their positions those of `text`.
    """

    text: str
    matches: tuple[Match, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the line holds several labels, and begins with one or has many."""
        if len(self.matches) < 2:
            return False
        fields = sum(match.kind == "field" for match in self.matches)
        return self.matches[0].start == 0 or fields > 2

    @property
    def is_led(self) -> bool:
        """Whether the line begins with a label and goes on after it."""
        return bool(self.matches) and self.matches[0].start == 0 and not self.is_label

    @property
    def is_label(self) -> bool:
        """Whether the line is one label and nothing else."""
        return len(self.matches) == 1 and self.matches[0][:2] == (0, len(self.text))

    @property
    def has_colon(self) -> bool:
        """Whether a colon stands between the label that leads the line and the rest."""
        return self.is_led and self.text[self.matches[0].end - 1] in ":："

    def parts(self) -> list[str]:
        """Cut the line in front of and behind every label."""
        found: list[str] = []
        at = 0
        kind: Kind | None = None
        for match in (*self.matches, Match(len(self.text), len(self.text), "field")):
            between = self.text[at : match.start].strip()
            found += name_and_target(between) if kind == "heading" and between else [between]
            found.append(self.text[match.start : match.end].strip())
            at, kind = match.end, match.kind
        return [part for part in found if part]


def find_glue(text: str, words: Words) -> Glue:
    """Search a line for labels that nothing separates from what stands beside them."""
    if len(text) > MAX_LINE:
        return Glue(text, ())
    bare = plain(text)
    if len(bare) == len(text):
        return Glue(text, tuple(words.scan(bare)))
    places = [index for index, char in enumerate(text) if not char.isspace()]
    moved = (
        Match(places[start], places[end - 1] + 1, kind) for start, end, kind in words.scan(bare)
    )
    return Glue(text, tuple(moved))


def name_and_target(text: str) -> list[str]:
    """Cut an indicator's name from the target printed right behind it, if a number shows it."""
    start = target_start(text)
    return [text] if start is None else [text[:start].strip(), text[start:].strip()]
