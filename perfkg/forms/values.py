"""Targets and results: 指标值 and 实际完成值."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from perfkg.forms.cleaning import clean
from perfkg.forms.model import Comparator, Value
from perfkg.forms.numbers import NUMBER, decimal, half_width
from perfkg.messages import Text
from perfkg.vocabulary import Units

_SIGNS = {
    "=": Comparator.EQ,
    "==": Comparator.EQ,
    "等于": Comparator.EQ,
    "≥": Comparator.GTEQ,
    "≧": Comparator.GTEQ,
    "⩾": Comparator.GTEQ,
    ">=": Comparator.GTEQ,
    "》": Comparator.GTEQ,
    "》=": Comparator.GTEQ,
    "=>": Comparator.GTEQ,
    "大于等于": Comparator.GTEQ,
    "大于或等于": Comparator.GTEQ,
    "不低于": Comparator.GTEQ,
    "不少于": Comparator.GTEQ,
    "不小于": Comparator.GTEQ,
    "至少": Comparator.GTEQ,
    "≤": Comparator.LTEQ,
    "≦": Comparator.LTEQ,
    "⩽": Comparator.LTEQ,
    "<=": Comparator.LTEQ,
    "《": Comparator.LTEQ,
    "《=": Comparator.LTEQ,
    "=<": Comparator.LTEQ,
    "小于等于": Comparator.LTEQ,
    "小于或等于": Comparator.LTEQ,
    "不超过": Comparator.LTEQ,
    "不高于": Comparator.LTEQ,
    "不大于": Comparator.LTEQ,
    "不多于": Comparator.LTEQ,
    "至多": Comparator.LTEQ,
    ">": Comparator.GT,
    "大于": Comparator.GT,
    "高于": Comparator.GT,
    "超过": Comparator.GT,
    "多于": Comparator.GT,
    "<": Comparator.LT,
    "小于": Comparator.LT,
    "低于": Comparator.LT,
    "少于": Comparator.LT,
}
_SUFFIXES = {
    "及以上": Comparator.GTEQ,
    "(含)以上": Comparator.GTEQ,
    "以上": Comparator.GTEQ,
    "及以下": Comparator.LTEQ,
    "(含)以下": Comparator.LTEQ,
    "以下": Comparator.LTEQ,
    "以内": Comparator.LTEQ,
    "之内": Comparator.LTEQ,
    "内": Comparator.LTEQ,
}


def _any(spellings: dict[str, Comparator]) -> str:
    return "|".join(re.escape(sign) for sign in sorted(spellings, key=lambda sign: -len(sign)))


_SIGN = re.compile(_any(_SIGNS))
_SIGN_CODE = re.compile(r"^\d{1,3}(?=[=≥≧⩾≤≦⩽<>])")
"""The number that some systems print before a comparator (004 >=)."""
_QUANTITY = re.compile(
    rf"(?P<sign>{_any(_SIGNS)})?(?P<percent>百分之)?(?P<number>{NUMBER})(?P<rest>.*)", re.DOTALL
)
_SUFFIX = re.compile(rf"(?P<unit>.*?)(?P<suffix>{_any(_SUFFIXES)})$", re.DOTALL)
_RATIO = re.compile(rf"(?:{_any(_SIGNS)})?{NUMBER}[:：/]{NUMBER}")
"""One to so many (师生比 ≥1:20): understood, and not a number."""

_NUMERALS = "零一二三四五六七八九"
_TENTHS = re.compile(
    rf"(?P<sign>{_any(_SIGNS)})?(?P<tenths>[一二三四五六七八九])成(?P<points>[一二三四五六七八九])?"
    rf"(?P<suffix>{_any(_SUFFIXES)})?"
)
_BRACKETED = re.compile(r"\((?P<unit>[^()]{1,12})\)")
_BARE_UNIT = re.compile(r"[^\W\d_]{1,4}(?:/[^\W\d_]{1,4}){0,2}|[%‰℃°]")
_CALENDAR = re.compile(r"(?:(?:19|20)\d{2}年度?)|(?:(?:0?[1-9]|1[0-2])月份?)|(?:[0-3]?\d[日号])")
_NO_UNIT = re.compile(r"[前后底初末起止完成达到左右余多约第]")
"""Signs that no unit holds: what carries them after a number is words (12月底前, 10天完成)."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value with what was repaired and what was not understood in it."""

    value: Value
    repairs: tuple[Text, ...] = ()
    problem: Text | None = None


@lru_cache(maxsize=16384)
def comparator(text: str) -> Comparator | None:
    """Return the comparator that `text` spells, or None.

    >>> comparator("不低于")
    <Comparator.GTEQ: '>='>
    """
    return _SIGNS.get(_SIGN_CODE.sub("", half_width(text)))


@lru_cache(maxsize=16384)
def looks_like_value(text: str) -> bool:
    """Whether `text` begins as a number does, with or without a comparator."""
    return bool(_QUANTITY.match(half_width(clean(text).text)))


def read_value(raw: str, units: Units) -> ReadValue:
    """Read the text of one value.

    Args:
        raw: the text as printed; an empty one gives an empty value.
        units: the vocabulary of units.
    """
    cleaned = clean(raw)
    plain = half_width(cleaned.text)
    if not plain:
        return ReadValue(Value(raw))
    value = _quantity(raw, plain, units)
    if value is not None:
        return ReadValue(value, cleaned.repairs)
    words = Value(raw, text=cleaned.text)
    return ReadValue(words, cleaned.repairs, _misprint(plain))


def _quantity(raw: str, plain: str, units: Units) -> Value | None:
    match = _QUANTITY.fullmatch(_in_digits(plain.removesuffix("。")))
    if match is None:
        return None
    sign = _SIGNS[match["sign"]] if match["sign"] else None
    rest = match["rest"]
    if match["percent"]:
        sign = sign or _SUFFIXES.get(rest)
        stays = rest and rest not in _SUFFIXES
        return None if stays else _value(raw, sign, match["number"], "百分之", units)
    suffix = _SUFFIX.fullmatch(rest)
    bare = suffix["unit"] if suffix else rest
    if sign is None and _CALENDAR.fullmatch(match["number"] + bare):
        return None
    if suffix and sign is None and _is_unit(suffix["unit"], units):
        sign, rest = _SUFFIXES[suffix["suffix"]], suffix["unit"]
    if not _is_unit(rest, units):
        return None
    return _value(raw, sign, match["number"], _printed_unit(rest), units)


def _in_digits(plain: str) -> str:
    """Return a share in tenths as a percentage: 九成五 is 95%."""
    match = _TENTHS.fullmatch(plain)
    if match is None:
        return plain
    tenths, points = (_NUMERALS.index(match[name] or "零") for name in ("tenths", "points"))
    return f"{match['sign'] or ''}{10 * tenths + points}%{match['suffix'] or ''}"


def _printed_unit(rest: str) -> str | None:
    bracketed = _BRACKETED.fullmatch(rest)
    return (bracketed["unit"] if bracketed else rest) or None


def _is_unit(rest: str, units: Units) -> bool:
    if not rest or _BRACKETED.fullmatch(rest):
        return True
    if units.find(rest):
        return True
    return bool(_BARE_UNIT.fullmatch(rest)) and not _NO_UNIT.search(rest)


def _value(raw: str, sign: Comparator | None, number: str, unit: str | None, units: Units) -> Value:
    amount = decimal(number)
    normalized, base = _scaled(amount, unit, units)
    return Value(raw, sign, amount, unit, None, normalized, base)


def _scaled(amount: Decimal, unit: str | None, units: Units) -> tuple[Decimal, str | None]:
    """Return an amount in the base of its unit (63.50 万套 → 635000 套)."""
    if unit is None:
        return amount, None
    found = units.read(unit)
    base = None if found.counts_nothing else found.base or found.label
    return amount * found.multiplier, base


def with_unit(value: Value, unit: str | None, units: Units) -> Value:
    """Return `value` measured in `unit`, with its normalised number and unit."""
    if value.number is None:
        return value
    normalized, base = _scaled(value.number, unit, units)
    return replace(value, unit=unit, normalized_number=normalized, normalized_unit=base)


def _misprint(plain: str) -> Text | None:
    """Say what is wrong with a text that holds comparators and digits but is no value."""
    signs = [match.group() for match in _SIGN.finditer(plain)]
    if not any(char.isdigit() for char in plain) or not _SIGN.match(plain):
        return None
    if _RATIO.fullmatch(plain):
        return None
    if len(signs) > 1:
        zh = (
            f"指标值“{plain}”有 {len(signs)} 个比较符，无法确定数值；"
            "应只写一个，如“≥5”。已按文字保留"
        )
        en = (
            f"the value '{plain}' has {len(signs)} comparators, so its number is unclear; "
            "write one, as in '≥5'. It was kept as words"
        )
    else:
        zh = f"指标值“{plain}”看不懂；应为比较符、数字和单位，如“≥95%”。已按文字保留"
        en = (
            f"the value '{plain}' is not understood; a comparator, a number and a unit were "
            "expected, as in '≥95%'. It was kept as words"
        )
    return Text(zh, en)
