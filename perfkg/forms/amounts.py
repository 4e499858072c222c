"""Sums of money: 470,000.00, 250万, 20万元, 1亿 — always brought to yuan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from perfkg.forms.numbers import NUMBER, decimal, half_width
from perfkg.messages import Text

_SCALES = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
}
_AMOUNT = re.compile(rf"[¥￥]?({NUMBER})\(?({'|'.join(_SCALES)})?(?:人民币)?\)?(?:整)?")
_UNIT = re.compile("|".join(sorted(_SCALES, key=lambda unit: -len(unit))))


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """An amount in yuan, or what is wrong with its text."""

    yuan: Decimal | None
    problem: Text | None = None


def money_unit(text: str) -> str | None:
    """Return the unit of money that `text` states (单位：万元 → 万元), or None."""
    found = _UNIT.search(half_width(text))
    if found is None:
        return None
    return {"万": "万元", "亿": "亿元"}.get(found.group(), found.group())


def read_amount(text: str, stated_unit: str | None) -> ReadAmount:
    """Read an amount; a unit beside the number comes before the one that the form states.

    >>> read_amount("250万", "元").yuan
    Decimal('2500000')
    """
    plain = half_width(text)
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        return ReadAmount(
            None,
            Text(
                f"金额“{text}”看不懂；应为数字，如“4,880,000.00”"
                "（请检查是否混入字母 O、l 或千分位有误）。该金额未读入",
                f"the amount '{text}' is not understood; a number such as '4,880,000.00' was "
                "expected (look for a letter O or l, or a misplaced separator). It was left out",
            ),
        )
    scale = _SCALES[match[2] or stated_unit or "元"]
    return ReadAmount(decimal(match[1]) * scale)
