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
_AMOUNT = re.compile(
    rf"(?:人民币|共计)?[¥￥]?({NUMBER})\(?({'|'.join(_SCALES)})?(?:人民币)?\)?(?:整)?"
    r"(?:\((?:其中|含|包括)[^()]*\))?"
)
"""An amount, perhaps with its parts behind it, which are not modelled."""
_UNIT = re.compile("|".join(sorted(_SCALES, key=lambda unit: -len(unit))))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_TENS = {"拾": 10, "佰": 100, "仟": 1_000}
_CAPITALS = re.compile(
    rf"(?:人民币)?(?P<yuan>[{_DIGITS}拾佰仟万亿]+)[元圆](?:(?P<jiao>[{_DIGITS}])角)?零?"
    rf"(?:(?P<fen>[{_DIGITS}])分)?[整正]?(?:\([¥￥]?{NUMBER}[万亿]?元?\))?"
)
"""An amount in the numerals of cheques, perhaps with its digits behind (壹佰贰拾万元整(120.00))."""


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
    capitals = _CAPITALS.fullmatch(plain)
    if capitals is not None:
        return ReadAmount(_spelled_out(capitals))
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


def _spelled_out(capitals: re.Match[str]) -> Decimal:
    """Return the yuan of an amount in the numerals of cheques."""
    whole, _, below = capitals["yuan"].rpartition("亿")
    thousands, _, ones = below.rpartition("万")
    yuan = _below_10_000(whole) * 10**8 + _below_10_000(thousands) * 10**4 + _below_10_000(ones)
    jiao, fen = (_DIGITS.index(capitals[name] or "零") for name in ("jiao", "fen"))
    return Decimal(yuan) + Decimal(10 * jiao + fen) / 100


def _below_10_000(numerals: str) -> int:
    total, digit = 0, 0
    for sign in numerals:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        elif sign in _DIGITS:
            digit = _DIGITS.index(sign)
    return total + digit
