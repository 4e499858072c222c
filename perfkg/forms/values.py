"""Targets and results: 指标值 and 实际完成值."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from perfkg.forms.cleaning import clean
from perfkg.forms.comparators import LEADS, SIGNS, SUFFIXES, Compared, any_of
from perfkg.forms.model import Value
from perfkg.forms.numbers import NUMBER, decimal, half_width
from perfkg.messages import Text
from perfkg.units import Units

_SIGN = re.compile(any_of(SIGNS))
_QUANTITY = re.compile(
    rf"(?P<lead>{any_of(LEADS)})?(?P<sign>{any_of(SIGNS)})?[¥￥]?(?P<share>(?:[百千万]|[十百]万)分之)?"
    rf"(?P<number>{NUMBER})(?P<rest>.*)",
    re.DOTALL,
)
_BEGINNING = re.compile(rf"(?:{any_of(SIGNS)})?(?:百分之)?{NUMBER}")
_SUFFIX = re.compile(rf"(?P<unit>.*?)(?P<suffix>{any_of(SUFFIXES)})$", re.DOTALL)
_RATIO = re.compile(rf"(?:{any_of(SIGNS)})?{NUMBER}[:：/]{NUMBER}")
"""One to so many (师生比 ≥1:20): understood, and not a number."""
_TOLERANCE = re.compile(rf"(?:{any_of(SIGNS)})?(?:±|\+/-){NUMBER}[^\d\s]{{0,4}}")
"""So much more or less (≤±5%): understood, and not one number."""
_RANGE = re.compile(
    rf"(?P<low>{any_of(SIGNS)}){NUMBER}[^\d,;、]{{0,4}}?[,;、且并和]?(?P<high>{any_of(SIGNS)}){NUMBER}[^\d]{{0,6}}"
)
"""From so many to so many (≥3次且≤5次): understood, and two numbers."""
_AROUND = "“”\"'‘’,;、。"
"""Signs around a value that say nothing."""

_NUMERALS = "零一二三四五六七八九"
_TENTHS = re.compile(
    rf"(?P<sign>{any_of(SIGNS)})?(?P<tenths>[一二三四五六七八九])成(?P<points>[一二三四五六七八九])?"
    rf"(?P<suffix>{any_of(SUFFIXES)})?"
)
_BRACKETED = re.compile(r"\((?P<unit>[^()]{1,12})\)")
_REMARKED = re.compile(r"(?P<unit>[^()]+)\((?P<remark>[^()]{1,30})\)")
_WORD = r"(?:[A-Za-z]{1,8}|[^\W\d_]{1,4})"
_MANY = r"(?:10+)?[十百千]?[万亿]?"
_BARE_UNIT = re.compile(
    rf"{_WORD}(?:/{_MANY}{_WORD}(?:·{_WORD})?){{0,2}}|/(?=10|[十百千万亿]){_MANY}{_WORD}|[%‰℃°]"
)
"""What has the form of a unit, known or not: 株, 元/株, 例/10万株, /10万株."""
_CALENDAR = re.compile(
    r"(?:(?:19|20)\d{2}年度?)|(?:(?:0?[1-9]|1[0-2])月份?)|(?:[0-3]?\d[日号])|(?:[1-4]季度)"
)
_NO_UNIT = re.compile(r"[前后底初末起止完成达到左右余多约第]")
"""Signs that no unit holds: what carries them after a number is words (12月底前, 10天完成)."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value with what was repaired and what was not understood in it."""

    value: Value
    repairs: tuple[Text, ...] = ()
    problem: Text | None = None


@lru_cache(maxsize=16384)
def looks_like_value(text: str) -> bool:
    """Whether `text` begins as a number does, with or without a comparator."""
    return bool(_BEGINNING.match(half_width(clean(text).text)))


@lru_cache(maxsize=16384)
def read_value(raw: str, units: Units) -> ReadValue:
    """Read the text of one value; forms have many in common, so the readings are kept.

    Args:
        raw: the text as printed; an empty one gives an empty value.
        units: the vocabulary of units.
    """
    cleaned = clean(raw)
    plain = half_width(cleaned.text)
    if not plain:
        return ReadValue(Value(raw))
    found = _quantity(plain, units)
    if found is None or found.compared.is_contradictory:
        words = Value(raw, text=cleaned.text)
        return ReadValue(words, cleaned.repairs, _misprint(plain, found))
    value = _value(raw, found, units)
    return ReadValue(value, (*cleaned.repairs, *found.repairs))


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number with what stands around it, each as printed."""

    compared: Compared
    number: str
    unit: str | None
    remark: str | None = None

    @property
    def repairs(self) -> tuple[Text, ...]:
        remark = None if self.remark is None else _remark(self.remark)
        return tuple(repair for repair in (self.compared.repair, remark) if repair)


def _quantity(plain: str, units: Units) -> _Quantity | None:
    match = _QUANTITY.fullmatch(_in_digits(plain.strip(_AROUND)))
    if match is None:
        return None
    rest, suffix, remark = match["rest"], None, None
    if rest and not _BRACKETED.fullmatch(rest):
        rest, suffix = _without_suffix(rest, units)
        rest, remark = _without_remark(rest, units)
    if match["share"] and rest:
        return None
    compared = Compared(match["lead"], match["sign"], suffix)
    is_calendar = _CALENDAR.fullmatch(match["number"] + rest) is not None
    # The 30th is a date; 30日内 are days.
    if is_calendar and not match["sign"] and not (suffix and rest == "日"):
        return None
    # 达到3级标准 is a standard: behind such words only what is known for sure is a unit.
    if match["lead"] and rest and not units.understand(_printed_unit(rest) or ""):
        return None
    if not _is_unit(rest, units):
        return None
    return _Quantity(compared, match["number"], match["share"] or _printed_unit(rest), remark)


def _without_suffix(rest: str, units: Units) -> tuple[str, str | None]:
    """Split 天以内 into 天 and 以内."""
    match = _SUFFIX.fullmatch(rest)
    if match is None or not _is_unit(_without_remark(match["unit"], units)[0], units):
        return rest, None
    return match["unit"], match["suffix"]


def _without_remark(rest: str, units: Units) -> tuple[str, str | None]:
    """Split 分钟(城区) into 分钟 and 城区, but leave a unit such as 台(套) whole."""
    match = _REMARKED.fullmatch(rest)
    if match is None or units.understand(rest) or _SIGN.search(match["remark"]):
        return rest, None
    return match["unit"], match["remark"]


def _remark(text: str) -> Text:
    return Text(
        f"计量单位后的说明“({text})”未计入单位",
        f"the remark '({text})' behind the unit is not part of the unit",
    )


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
    if not rest or _BRACKETED.fullmatch(rest) or units.understand(rest):
        return True
    return bool(_BARE_UNIT.fullmatch(rest)) and not _NO_UNIT.search(rest)


def _value(raw: str, found: _Quantity, units: Units) -> Value:
    amount = decimal(found.number)
    normalized, base = _scaled(amount, found.unit, units)
    return Value(raw, found.compared.comparator, amount, found.unit, None, normalized, base)


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


def _misprint(plain: str, found: _Quantity | None) -> Text | None:
    """Say what is wrong with a text that holds comparators and digits but is no value."""
    if found is not None:
        return _contradiction(plain, found.compared)
    signs = [match.group() for match in _SIGN.finditer(plain)]
    if not any(char.isdigit() for char in plain) or not _SIGN.match(plain):
        return None
    if _RATIO.fullmatch(plain) or _TOLERANCE.fullmatch(plain) or _is_range(plain):
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


def _is_range(plain: str) -> bool:
    """Whether a text states a least and a most."""
    found = _RANGE.fullmatch(plain)
    if found is None:
        return False
    ends = [SIGNS[found[name]].value[0] for name in ("low", "high")]
    return sorted(ends) == ["<", ">"]


def _contradiction(plain: str, compared: Compared) -> Text:
    return Text(
        f"指标值“{plain}”中“{compared.sign}”与“{compared.suffix}”相反，无法确定比较方向；"
        "请只保留一个，如“≥5”。已按文字保留",
        f"in the value '{plain}' the comparators '{compared.sign}' and '{compared.suffix}' point "
        "in opposite directions; keep one, as in '≥5'. It was kept as words",
    )
