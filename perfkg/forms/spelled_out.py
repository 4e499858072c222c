"""Amounts that one cell spells out: 总额120万元，其中：财政拨款100万元，其他20万元."""

from __future__ import annotations

import re
from dataclasses import replace

from perfkg.forms.numbers import NUMBER
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_PAIR = re.compile(
    r"(?P<label>(?:其中\s*[:：])?(?:[一二三四五六七八九]、)?[^\d:：，,；;。、\n]{2,14})[:：]?\s*"
    rf"(?P<amount>{NUMBER}\s*(?:万元|亿元|元))"
)
_ONE = re.compile(
    r"(?P<label>(?:其中\s*[:：]\s*)?[^\d:：，,；;。]{2,14}?)(?:\s*[:：]\s*|\s+|(?=\d.*元))"
    rf"(?P<amount>{NUMBER}\s*(?:万元|亿元|元)?)"
)
"""One label and its amount, apart or with its unit (其中：本年预算 400, 财政拨款100万元)."""
_BETWEEN = "，,；;。、 \n\u3000"
_FEWEST = 2


def spelled_out(row: Row, layout: Layout) -> Row:
    """Return `row` with every cell that spells out amounts split into labels and amounts."""
    cells: list[Cell] = []
    for cell in row.cells:
        pairs = _pairs(cell.text, layout) if cell.text else []
        if not pairs:
            cells.append(cell)
        for label, amount in pairs:
            cells += [replace(cell, text=label), replace(cell, text=amount)]
    return row if len(cells) == len(row.cells) else replace(row, cells=tuple(cells))


def _pairs(text: str, layout: Layout) -> list[tuple[str, str]]:
    """Return labels and amounts where a text consists of nothing else, else nothing."""
    one = _ONE.fullmatch(text)
    if one is not None and layout.meaning(one["label"]).fund not in (None, "section"):
        return [(one["label"], one["amount"])]
    plain = _IN_BRACKETS.sub("", text)
    found = list(_PAIR.finditer(plain))
    if len(found) < _FEWEST or _PAIR.sub("", plain).strip(_BETWEEN):
        return []
    labels = [label for pair in found if (label := _official(pair["label"], layout))]
    if len(labels) < len(found):
        return []
    return [(label, pair["amount"]) for label, pair in zip(labels, found, strict=True)]


def _official(printed: str, layout: Layout) -> str | None:
    """Return a label of money that says enough by itself; None for what is no such label."""
    meaning = layout.meaning(printed)
    if meaning.fund or meaning.field == "other":
        return printed
    # Among amounts 其他 alone says enough.
    return layout.official(meaning.fund_below) if meaning.fund_below else None
