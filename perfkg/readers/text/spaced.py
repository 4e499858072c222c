"""Lines without table signs: cells apart by one space, one cell a line, or nothing between them.

A single space says little by itself, so a line is cut only where the labels and headings of a
form show the cells: `主管部门 某局 实施单位 某站` has four. Below a table's head the rows are cut
at their spaces, as far as the head has columns for the pieces. Everything else stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from perfkg.readers.text.aligned import GAP
from perfkg.readers.text.draft import Draft
from perfkg.readers.text.glued import Glue, find_glue, name_and_target
from perfkg.readers.text.lines import MAX_LINE, Line
from perfkg.readers.text.values import is_comparator, is_numeric, is_value
from perfkg.readers.text.words import LONGEST, Kind, Words, plain

_LONGEST_LABEL = 6
"""Pieces that a label is printed in at most (`绩 效 指 标`)."""

_UNIT = 6
"""Characters of a unit at most."""

_SIDE_COLUMNS = 2
"""Labels of columns that may stand in a row of the indicator table itself."""

_MAX_PIECES = 200
"""A line of more pieces is prose."""

_REMARK = re.compile(r"[注备说填附]|总分|合计|联系")
_OPENING, _CLOSING = re.compile(r"[(（\[【]"), re.compile(r"[)）\]】]")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z]$"), re.compile(r"[A-Za-z]")
_SENTENCE = re.compile(r"[。；;!！?？]")
_FIRST_AMOUNT = re.compile(
    r"(?:[^\d\s:：]{2,20}[:：]\s*)?(?P<label>[^\d\s:：]{2,20})[:：]?\s*(?=\d)"
)
_NEXT_AMOUNT = re.compile(r"(?<=[\d元])[，,、；;]\s*(?=(?P<label>[^\d\s，,、；;]{2,20})\s*\d)")
_TWO_GOALS = re.compile(r"([^。]*。)\s+(\S[^。]*。?)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text between spaces.

    Attributes:
        text: the text.
        kind: what kind of label it is, if it is one.
        apart: whether two spaces or more stand before it.
    """

    text: str
    kind: Kind | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of the indicator table says of the rows below.

    Attributes:
        cells: how many cells a row has behind its headings, or None when that is not known.
        roles: what stands in the columns.
    """

    cells: int | None = None
    roles: frozenset[str] = frozenset()


class PlainReader:
    """Reads runs of plain lines one after the other, remembering whether a table is open."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._head: _Head | None = None
        self._goals = 0
        self._glued = False

    def forget(self) -> None:
        """Note that a table of another shape stands between this run and the next."""
        self._head, self._goals, self._glued = None, 0, False

    def read(self, lines: Sequence[Line]) -> Iterator[Draft]:
        """Give a row for each line, or several where a line holds rows of the indicator table."""
        texts = [_amounts_apart(line.text.strip(), self._words) for line in lines]
        glues = [None if " " in text else find_glue(text, self._words) for text in texts]
        self._glued = self._glued or any(glue and _is_proof(glue) for glue in glues)
        for line, text, glue in zip(lines, texts, glues, strict=True):
            for cells in self._rows(self._cells(text, glue)):
                yield Draft(line.number, cells)

    def _rows(self, cells: list[str]) -> Iterator[list[str]]:
        """Divide the cells of a line where headings follow a value."""
        row: list[str] = []
        kinds: list[Kind | None] = []
        for cell in cells:
            kind = self._words.kind(cell)
            opens = kind == "heading" or self._words.is_level(cell)
            below_head = kind == "heading" and kinds.count("column") > _SIDE_COLUMNS
            if kinds and opens and (kinds[-1] is None or below_head):
                yield row
                row, kinds = [], []
            row.append(cell)
            kinds.append(kind)
        yield row

    def _cells(self, text: str, glue: Glue | None) -> list[str]:
        if len(text) > MAX_LINE:
            return [text]
        pieces = self._pieces(text)
        labels = [piece for piece in pieces if piece.kind]
        if pieces and pieces[0].kind:
            return self._labelled(pieces)
        glue = glue or find_glue(text, self._words)
        if glue.is_sure or glue.has_colon or (self._glued and glue.is_led):
            return self._unglued(glue)
        if len(labels) > 1 and any(piece.kind in ("field", "fund") for piece in labels):
            return self._labelled(pieces)
        if self._head is not None:
            return self._row(pieces, text, self._head)
        if self._goals == 2 and (goals := _TWO_GOALS.fullmatch(text)):
            return [goals.group(1), goals.group(2)]
        return [text]

    # -- pieces and labels --------------------------------------------------------------------

    def _pieces(self, text: str) -> list[_Piece]:
        """Split at spaces, joining the pieces of one label; two spaces part for good."""
        found: list[_Piece] = []
        parts = GAP.split(text)
        if self._words.is_label(text):
            return [_Piece(text, self._words.kind(text))]
        for part in parts:
            first, *others = self._joined(part.split())
            found += [_Piece(first.text, first.kind, apart=True), *others]
        return found if len(found) <= _MAX_PIECES else [_Piece(text)]

    def _joined(self, texts: list[str]) -> Iterator[_Piece]:
        at = 0
        while at < len(texts):
            size = self._label_at(texts, at)
            text = " ".join(texts[at : at + max(size, 1)])
            kind = self._words.kind(text) if size else None
            yield _Piece(text, kind)
            at += max(size, 1)

    def _label_at(self, texts: Sequence[str], at: int) -> int:
        """Return how many texts from `at` on are one label together; 0 when none are."""
        if len(texts[at]) > LONGEST:
            return 0
        most = min(_LONGEST_LABEL, len(texts) - at) if self._words.may_begin(texts[at]) else 1
        for size in range(most, 0, -1):
            if self._words.is_label(" ".join(texts[at : at + size])):
                return size
        return int(at > 0 and self._words.is_label(texts[at - 1]) and self._weak(texts[at]))

    def _weak(self, text: str) -> bool:
        """Whether a short text (分值, 单位) is the head of a column, as it stands after another."""
        return self._words.kind(text) == "column"

    # -- lines that begin with a label ----------------------------------------------------------

    def _labelled(self, pieces: Sequence[_Piece]) -> list[str]:
        self._note_labels(pieces)
        if self._head is not None and pieces[0].kind == "heading":
            return self._row(pieces, "", self._head)
        cells: list[str] = []
        before: _Piece | None = None
        for piece in pieces:
            new = piece.kind or piece.apart or before is None or before.kind
            if new or (is_numeric(piece.text) and before and is_numeric(before.text)):
                cells.append(piece.text)
            else:
                cells[-1] += f" {piece.text}"
            before = piece
        return [part for cell in cells for part in self._ungluing(cell)]

    def _ungluing(self, cell: str) -> list[str]:
        glue = find_glue(cell, self._words)
        return glue.parts() if glue.is_sure or glue.has_colon else [cell]

    def _note_labels(self, pieces: Sequence[_Piece]) -> None:
        """Keep track of the part of the form that the labels of a line open."""
        columns = [piece for piece in pieces if piece.kind == "column"]
        self._goals = sum(piece.kind == "goal" for piece in pieces[-2:])
        if len(columns) > 2 and pieces[0].kind != "fund":
            levels = sum(self._words.is_level(piece.text) for piece in columns)
            roles = (self._words.roles.get(plain(piece.text), "") for piece in columns)
            self._head = _Head(len(pieces) - levels, frozenset(roles))
        elif pieces[0].kind in ("field", "goal"):
            self._head = None

    def _unglued(self, glue: Glue) -> list[str]:
        pieces = [_Piece(part, self._words.kind(part)) for part in glue.parts()]
        self._note_labels(pieces)
        if any(piece.kind == "heading" for piece in pieces):
            self._head = self._head or _Head()
        return [piece.text for piece in pieces]

    # -- rows below a table's head ----------------------------------------------------------------

    def _row(self, pieces: Sequence[_Piece], text: str, head: _Head) -> list[str]:
        """Cut a row of the indicator table: headings first, then name, target and the like."""
        headings: list[str] = []
        for piece in pieces:
            if piece.kind != "heading":
                break
            headings.append(piece.text)
        rest = pieces[len(headings) :]
        if not headings and (_REMARK.match(text) or _SENTENCE.search(text)):
            return [text]
        texts = _joined_where_one(rest, head)
        if len(texts) == 1 and self._glued and not headings:
            return name_and_target(texts[0])
        return headings + _fitted(texts, head.cells)


def _is_proof(glue: Glue) -> bool:
    """Whether a line shows that labels and values are glued in this text."""
    if not glue.is_sure:
        return False
    labels = sum(match.end - match.start for match in glue.matches)
    return labels < len(glue.text) or len(glue.matches) > 2


def _joined_where_one(pieces: Sequence[_Piece], head: _Head) -> list[str]:
    """Join the pieces that are plainly one cell: English words, brackets, broken sentences."""
    found: list[str] = []
    depth = 0
    for piece in pieces:
        text = piece.text
        joins = found and not piece.apart and (depth > 0 or _is_one(found[-1], text, head))
        if joins:
            found[-1] += f" {text}"
        else:
            found.append(text)
            depth = 0
        depth = max(0, depth + len(_OPENING.findall(text)) - len(_CLOSING.findall(text)))
    return found


def _is_one(before: str, text: str, head: _Head) -> bool:
    """Whether two neighbouring pieces are one cell."""
    if _OPENING.match(text) or before[-1] in "，、；：。,;":
        return True
    if _LATIN_END.search(before) and _LATIN_START.match(text):
        return True
    if head.cells is None or head.roles & {"comparator", "direction"}:
        return False
    if is_comparator(before):
        return is_value(text)
    # `≥ 3 座`: a comparator with a number, and then its unit
    first, *others = before.split(" ")
    bare = len(others) == 1 and is_comparator(first) and is_numeric(others[0])
    return bare and "unit" not in head.roles and not is_value(text) and len(text) <= _UNIT


def _fitted(texts: list[str], columns: int | None) -> list[str]:
    """Join pieces until there are no more than the table has columns for."""
    while columns is not None and len(texts) > max(columns, 1):
        costs = [_cost(left, right) for left, right in pairwise(texts)]
        at = costs.index(min(costs))
        texts = [*texts[:at], f"{texts[at]} {texts[at + 1]}", *texts[at + 2 :]]
    return texts


def _cost(left: str, right: str) -> int:
    """Tell how odd it would be if two pieces were one cell."""
    if is_comparator(left) and is_value(right):
        return 0
    if not is_value(left) and not is_value(right):
        return 1
    return 2 if is_numeric(left) and not is_value(right) else 3


def _amounts_apart(text: str, words: Words) -> str:
    """Part the amounts of a line that lists them: 年度资金总额 90万元，其中：财政拨款 80万元.

    Only where the line begins with one, under the name of the section perhaps: prose may list
    amounts too.
    """
    first = _FIRST_AMOUNT.match(text)
    if first is None or words.kind(first["label"]) != "fund":
        return text
    return _NEXT_AMOUNT.sub(lambda at: "  " if words.kind(at["label"]) == "fund" else at[0], text)
