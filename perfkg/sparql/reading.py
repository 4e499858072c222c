"""The tokens of a text with their brackets, and what a mistake in it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from perfkg.messages import Text
from perfkg.sparql.tokens import Kind, Token, position, significant

_PAIRS: Final = {"(": ")", "{": "}", "[": "]"}

MODIFIERS: Final = {"GROUP": 1, "HAVING": 2, "ORDER": 3, "LIMIT": 4, "OFFSET": 4}
"""The words that begin what follows a pattern, with their place in the order."""

AGGREGATES: Final = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
"""The functions of whole groups."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at an offset of the text, and what was probably meant."""

    offset: int
    reason: Text
    hint: Text | None = None


class Reading:
    """The tokens of a text, and in which bracket each one stands.

    Attributes:
        tokens: those that mean something.
        outer: for each token the index of the innermost bracket that is open there, or None.
        brackets: those that are never closed, as mistakes; `unclosed` has their indexes.
    """

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        """Read the text once."""
        self.text = text
        self.prefixes = prefixes
        self.tokens: list[Token] = list(significant(text))
        self.outer: list[int | None] = []
        self.brackets: list[Mistake] = []
        self.unclosed: set[int] = set()
        self._match()

    def _match(self) -> None:
        stack: list[int] = []
        for index, token in enumerate(self.tokens):
            mark = token.text if token.kind is Kind.MARK else ""
            if mark == "{":
                self._open_group(index, stack)
            if mark in _PAIRS.values() and stack:
                opening = stack.pop()
                if _PAIRS[self.tokens[opening].text] != mark:
                    self._miss(opening, token.start)
            self.outer.append(stack[-1] if stack else None)
            if mark in _PAIRS:
                stack.append(index)
        if stack:
            self._miss(stack[-1], len(self.text.rstrip()))

    def _open_group(self, index: int, stack: list[int]) -> None:
        """A group stands in a parenthesis only behind EXISTS; else that was never closed."""
        before = self.at(index - 1)
        while stack and self.tokens[stack[-1]].text == "(" and before.word != "EXISTS":
            self._miss(stack.pop(), (before if before.word == "WHERE" else self.at(index)).start)

    def _miss(self, opening: int, offset: int) -> None:
        self.unclosed.add(opening)
        self.brackets.append(self._unclosed(opening, offset))

    def _unclosed(self, opening: int, offset: int) -> Mistake:
        token = self.tokens[opening]
        line, column = position(self.text, token.start)
        missing = _PAIRS[token.text]
        return Mistake(
            offset,
            Text(f"缺少“{missing}”", f'a "{missing}" is missing'),
            Text(
                f"第 {line} 行第 {column} 列的“{token.text}”没有闭合",
                f'the "{token.text}" in line {line}, column {column} is never closed',
            ),
        )

    def at(self, index: int) -> Token:
        """Return the token at an index, an empty one outside."""
        if 0 <= index < len(self.tokens):
            return self.tokens[index]
        return Token(Kind.SPACE, "", len(self.text))

    def lists_values(self, brace: int) -> bool:
        """Tell whether the brace at an index opens the data of VALUES."""
        before = brace - 1
        if self.at(before).text == ")":
            while before >= 0 and self.at(before).text != "(":
                before -= 1
            return self.at(before - 1).word == "VALUES"
        return self.at(before - 1).word == "VALUES"

    def projections(self) -> Iterator[list[int]]:
        """Yield, for each SELECT, the indexes of what stands between it and its pattern."""
        for index, token in enumerate(self.tokens):
            if token.word == "SELECT":
                found = []
                for inner in range(index + 1, len(self.tokens)):
                    after = self.tokens[inner]
                    if self.outer[inner] == self.outer[index]:
                        if after.word in ("WHERE", "FROM") or after.text in ("{", "}"):
                            break
                        found.append(inner)
                yield found
