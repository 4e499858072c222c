"""Periods as forms print them: 2024.1-2024.12, 自2024年3月起至2026年2月止, 2024年上半年."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfkg.forms.dates import DAY, MONTH, YEAR, read_date
from perfkg.forms.model import PartialDate
from perfkg.forms.numbers import half_width

Period = tuple[PartialDate, PartialDate]

_BETWEEN = re.compile(r"[,;]?[-—–―−~～〜∼→至到]+|[,;、]")
_SPLIT = re.compile(r"[\s,，;；、]+")
_ONE_DAY = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}")
_COUNT = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})"
_LENGTH = rf"{_COUNT}(?:个?月|年|个?年度|个?季度)"
_DURATION = re.compile(
    rf"(?:(?:共计?|为期|约)?{_LENGTH}[期整]?|(?:不定期|长期|常年|全年|永久|持续|经常|一次)性?"
    r"|每年|当年|本年|年内|当年度|本年度|跨年度?|每年(?:1-12月|1月[-—至]12月))"
)
_LENGTH_BEFORE = re.compile(rf"^{_LENGTH}期?[,;:(]")
_LENGTH_BEHIND = re.compile(
    rf"(?:[,;(](?:共计?|为期|合计|计|期限为?)?{_LENGTH}\)?|(?:共计?|为期|合计){_LENGTH}"
    rf"|{_COUNT}个月)$"
)
"""The length of a period beside it: 3年(2024-2026年), 2024-2026年,共三年."""
_REMARK = re.compile(r"\([^()0-9]*\)")
_BRACKETED = re.compile(r"\(([^()]+)\)")
_LABEL = "(?:日期|时间|年月|年度)?:"
_BEFORE_START = re.compile(f"^(?:自|从|由|(?:起|始|起始|开始|计划开始){_LABEL})")
_BEHIND_START = re.compile("(?:起|始|开始|启动|开工|份|初|[上中下]旬)$")
_BEFORE_END = re.compile(f"^(?:(?:止|终止|截止|结束|完成|计划完成){_LABEL})")
_BEHIND_END = re.compile("(?:止|终止|结束|完成|完工|竣工|份|年?底|年?末|前|[上中下]旬)$")
"""Words around the ends of a period that add nothing."""
_OPEN = re.compile(
    r"(?P<date>.+?)(?:(?:起|开始|始|以来)(?:[,至到-]*长期)?|[-—–~～至到]+(?:长期|今|永久))"
)
_OPEN_BRACKETED = re.compile(r"长期\((?P<date>.+?)(?:起|开始|始)\)")
_IN_YEAR = re.compile(rf"{MONTH}(?:[月./]{DAY}日?|月)?")
_DAY_OF_MONTH = re.compile(f"{DAY}日")
_WITHOUT_YEAR = re.compile(
    "[自从由]?(?:(?:[1-9]|1[0-2])(?:月|[-—–~～至到](?:[1-9]|1[0-2])月)|第?[1-4一二三四]季度|[上下]半年)"
)
"""What a period in the form's year begins with."""
_SPAN = re.compile(
    rf"(?:(?P<year>{YEAR})(?:年度?)?)?"
    r"(?:第?(?P<quarter>[1-4一二三四])季度|(?P<half>[上下])半年)"
)
_WHOLE_YEAR = re.compile(rf"(?P<year>{YEAR})(?:年(?:度|全年|度全年)?)?")
_END_OF_YEAR = re.compile("(?:当|本)?年(?:[底末]|终)")
_FIVE_YEARS = re.compile("十([二三四五六七八])五(?:规划)?(?:期间|时期)?")
_FIRST_PLAN = 1951
"""The year before which no five-year plan lies: the fourteenth begins 14 times 5 years later."""

_DIGITS = "〇一二三四五六七八九"
_SHORT_YEAR = re.compile(r"(?<!\d)([12]\d)年(?=(?:0?[1-9]|1[0-2])月)")
_NUMERAL_YEAR = re.compile(f"[○零{_DIGITS}]{{4}}(?=年)")
_NUMERAL = re.compile(r"[一二三]?十[一二三四五六七八九]?(?=[月日])|[一二三四五六七八九](?=[月日])")
_QUOTES = str.maketrans("", "", '“”"[]【】。')


def read_period(text: str, year: int | None = None) -> Period | None:
    """Read a period from one date to another, or None.

    Args:
        text: as printed.
        year: the year that months without one belong to; without it they are no period.

    >>> [str(end) for end in read_period("2022年1月-2022年12月")]
    ['2022-01', '2022-12']
    >>> [str(end) for end in read_period("2022年3-11月")]
    ['2022-03', '2022-11']
    >>> [str(end) for end in read_period("3月至年底", 2024)]
    ['2024-03', '2024']
    """
    for plain in _spellings(text):
        if year is not None and _WITHOUT_YEAR.match(plain):
            plain = f"{year}年{_BEFORE_START.sub('', plain)}"
        if found := _between(plain) or _span(plain, None):
            return found
    return None


def read_open_start(text: str) -> PartialDate | None:
    """Read the start of a period that has no end (2024年1月起), or None.

    >>> str(read_open_start("2024年1月—长期"))
    '2024-01'
    """
    plain = _plain(text)
    found = _OPEN_BRACKETED.fullmatch(plain) or _OPEN.fullmatch(plain)
    return read_date(_BEFORE_START.sub("", found["date"])) if found else None


def is_duration(text: str) -> bool:
    """Whether a text says how long a project runs and not when (36个月, 长期)."""
    return _DURATION.fullmatch(_plain(text)) is not None


def _spellings(text: str) -> Iterator[str]:
    """Yield a text in the ways that a period may be found in it, the most exact first."""
    plain = _plain(text)
    yield plain
    short = _LENGTH_BEHIND.sub("", _LENGTH_BEFORE.sub("", _REMARK.sub("", plain)))
    yield short.strip("()")
    yield short.translate({ord(bracket): None for bracket in "()"})
    yield from _BRACKETED.findall(plain)
    parts = _SPLIT.split(text.strip())
    if len(parts) > 1:
        yield "至".join(_plain(part) for part in parts)


def _plain(text: str) -> str:
    """Return a text in half width, without quotes, its years and months in digits."""
    plain = half_width(text).translate(_QUOTES)
    plain = _NUMERAL_YEAR.sub(lambda found: "".join(map(_digit, found[0])), plain)
    plain = _NUMERAL.sub(lambda found: str(_below_100(found[0])), plain)
    return _SHORT_YEAR.sub(r"20\1年", plain)


def _digit(numeral: str) -> str:
    return str(max(0, _DIGITS.find(numeral)))


def _below_100(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    return 10 * (int(_digit(tens)) if tens else len(ten)) + (int(_digit(ones)) if ones else 0)


def _between(plain: str) -> Period | None:
    """Read what has a start, a mark and an end."""
    if _ONE_DAY.fullmatch(plain):
        return None
    for mark in _BETWEEN.finditer(plain):
        start = _start(plain[: mark.start()])
        end = _end(plain[mark.end() :], start) if start else None
        if start and end:
            return start, end
    return None


def _start(text: str) -> PartialDate | None:
    bare = _BEHIND_START.sub("", _BEFORE_START.sub("", text))
    span = _span(bare, None)
    return read_date(bare) or (span[0] if span else None)


def _end(text: str, start: PartialDate) -> PartialDate | None:
    """Read the end of a period, which may leave out what its start tells (1月-12月)."""
    if _END_OF_YEAR.fullmatch(text):
        return PartialDate(start.year)
    text = _BEFORE_END.sub("", text)
    bare = _BEHIND_END.sub("", text)
    span = _span(text, start.year)
    if found := read_date(text) or read_date(bare) or (span[1] if span else None):
        return found
    if start.month is None:
        return None
    if day := _DAY_OF_MONTH.fullmatch(bare):
        return read_date(f"{start.year}年{start.month}月{day[1]}日")
    in_year = _IN_YEAR.fullmatch(bare)
    if in_year is None:
        return None
    return read_date(f"{start.year}年{in_year[1]}月" + (f"{in_year[2]}日" if in_year[2] else ""))


def _span(plain: str, year: int | None) -> Period | None:
    """Read what is a period by its own name: a year, half of one, a quarter, a five-year plan.

    Halves and quarters are of `year` where they name none.
    """
    if whole := _WHOLE_YEAR.fullmatch(plain):
        only = PartialDate(int(whole["year"]))
        return only, only
    if plan := _FIVE_YEARS.fullmatch(plain):
        first = _FIRST_PLAN + 5 * _below_100("十" + plan[1])
        return PartialDate(first), PartialDate(first + 4)
    part = _SPAN.fullmatch(plain)
    if part is None or (part["year"] is None and year is None):
        return None
    of = int(part["year"] or str(year))
    if part["half"]:
        return (
            (PartialDate(of, 1), PartialDate(of, 6))
            if part["half"] == "上"
            else (PartialDate(of, 7), PartialDate(of, 12))
        )
    quarter = int(part["quarter"]) if part["quarter"].isdecimal() else int(_digit(part["quarter"]))
    return PartialDate(of, 3 * quarter - 2), PartialDate(of, 3 * quarter)
