"""Triples that are not whole, or not parted from the next one, counted term by term."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from perfkg.messages import Text
from perfkg.sparql.reading import Mistake, Reading
from perfkg.sparql.tokens import Kind, Token

_TERMS: Final = frozenset(
    (Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.BLANK, Kind.STRING, Kind.NUMBER)
)
_BARE: Final = ("A", "TRUE", "FALSE")
_MISSING: Final = {".": 3, ";": 2, ",": 1}
"""How many terms follow each separator."""


def triple_mistakes(reading: Reading) -> Iterator[Mistake]:
    """Yield the mistakes in the triples of every group of a reading.

    What is written with property paths or nested triples is left alone.
    """
    for index, token in enumerate(reading.tokens):
        is_group = token.text == "{" and reading.at(index + 1).word != "SELECT"
        if is_group and not reading.lists_values(index):
            yield from _Group(reading, index).mistakes()


class _Group:
    """One pass over what stands directly between two braces."""

    def __init__(self, reading: Reading, opening: int) -> None:
        self._reading = reading
        outer = reading.outer
        self._inner = [i for i in range(opening + 1, len(outer)) if outer[i] == opening]
        self._terms = 0
        self._needed = 3
        self._skips = False
        self._element = True
        """Whether a dot may follow though no triple does: an element stands before."""

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong, up to the first thing that is not plain triples."""
        for index in self._inner:
            token = self._reading.tokens[index]
            if self._is_beyond(token, index):
                return
            if self._skips:
                # The element ends with its last bracket.
                ends = token.text in (")", "}") and self._reading.at(index + 1).text != "{"
                self._skips = not ends
            elif token.kind is Kind.WORD and token.word not in _BARE:
                yield from self._close(token)
                self._skips = self._element = True
            elif token.text in ("{", "}"):
                yield from self._close(token)
                self._element = True
            elif token.text in _MISSING:
                yield from self._separate(token)
            else:
                yield from self._count(token, index)
        last = self._inner[-1] if self._inner else -1
        if not self._skips and self._reading.at(last + 1).text == "}":
            yield from self._close(self._reading.at(last + 1))

    def _is_beyond(self, token: Token, index: int) -> bool:
        if self._skips or token.kind is not Kind.MARK:
            return False
        if token.text in ("-", "+") and self._reading.at(index + 1).kind is Kind.NUMBER:
            return False
        return token.text not in (*_MISSING, "{", "}", "(", ")", "[", "]", "^^")

    def _count(self, token: Token, index: int) -> Iterator[Mistake]:
        before = self._reading.at(index - 1)
        is_term = token.kind in _TERMS or token.word in _BARE or token.text in ("(", "[")
        if not is_term or before.text == "^^":
            return
        self._terms += 1
        if self._terms > self._needed:
            yield Mistake(
                token.start,
                Text("两个三元组之间缺少句点", "a dot is missing between two triples"),
                Text(
                    f"在 {token.text} 之前加“ .”（同一主语的下一个谓词用“;”）",
                    f"put ' .' before {token.text} (or ';' when the subject stays the same)",
                ),
            )
            self._terms, self._needed = 1, 3

    def _separate(self, token: Token) -> Iterator[Mistake]:
        is_idle = self._terms == 0 and (self._element or self._needed == _MISSING[";"])
        if self._terms == 0 and not is_idle and token.text == ".":
            yield Mistake(
                token.start,
                Text("多出一个句点", "one dot too many"),
                Text("三元组之间只用一个句点", "one dot between two triples is enough"),
            )
        elif not is_idle:
            yield from self._incomplete(token)
        self._terms, self._needed, self._element = 0, _MISSING[token.text], False

    def _close(self, token: Token) -> Iterator[Mistake]:
        if self._terms or self._needed == _MISSING[","]:
            yield from self._incomplete(token)
        self._terms, self._needed = 0, 3

    def _incomplete(self, token: Token) -> Iterator[Mistake]:
        # "[ … ] ." is whole: a blank node that says something may stand alone.
        if self._terms < self._needed and not (self._terms == 1 and self._needed == 3):
            yield Mistake(
                token.start,
                Text("三元组不完整", "this triple is not whole"),
                Text(
                    "一个三元组是主语、谓词、宾语，例如 ?form a pk:Form",
                    "a triple is subject, predicate and object, as in ?form a pk:Form",
                ),
            )
