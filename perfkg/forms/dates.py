"""Dates and periods as forms print them."""

from __future__ import annotations

import re
from datetime import date

from perfkg.forms.model import PartialDate
from perfkg.forms.numbers import half_width

_YEAR = r"((?:19|20)\d{2})"
_MONTH = r"(0?[1-9]|1[0-2])"
_DAY = r"(0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"{_YEAR}(?:[-./年]{_MONTH}(?:[-./月]{_DAY}日?|月)?|年|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?)?"
    r"(?:00:00(?::00)?)?"
)
_BETWEEN = re.compile(r"[-—–~～至到]+")
_LENGTH = re.compile(
    r"[0-9一二两三四五六七八九十]+个?[年月]\((?P<inside>[^()]+)\)"
    r"|(?P<before>[^()]+)\((?:共|计)?[0-9一二两三四五六七八九十]+个?[年月]\)"
)
"""A period with its length beside it: 3年(2024-2026年), 2024-2026年(共三年)."""
_AROUND = re.compile("^自|起(?=[-—–~～至到])|[止末底]$|(?<=月)份|开始(?=[-—–~～至到])|结束$")
"""Words around the ends of a period that add nothing."""
_IN_YEAR = re.compile(rf"{_MONTH}月(?:{_DAY}日?)?")
_WHOLE_YEAR = re.compile(rf"{_YEAR}年(?:度|全年|度全年)?")
_YEAR_LINE = re.compile(rf"\(?(?:预算|申报|项目)?(?:年度)?:?{_YEAR}年?度?\)?")
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}年")
_FORM_YEAR = re.compile(rf"{_YEAR}年?(?:度|$|\)|(?=年))")


def read_date(text: str) -> PartialDate | None:
    """Read one date, or None when `text` is none (2024-02-30 is none).

    >>> str(read_date("2022年1月"))
    '2022-01'
    """
    match = _DATE.fullmatch(half_width(text))
    if match is None:
        return None
    year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    found = PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    try:
        date(found.year, found.month or 1, found.day or 1)
    except ValueError:
        return None
    return found


def read_period(text: str) -> tuple[PartialDate, PartialDate] | None:
    """Read a period from one date to another, or None.

    >>> [str(end) for end in read_period("2022年1月-2022年12月")]
    ['2022-01', '2022-12']
    >>> [str(end) for end in read_period("2022年3-11月")]
    ['2022-03', '2022-11']
    """
    plain = half_width(text)
    length = _LENGTH.fullmatch(plain)
    if length is not None:
        plain = length["inside"] or length["before"]
    plain = _AROUND.sub("", plain)
    for mark in _BETWEEN.finditer(plain):
        start = read_date(plain[: mark.start()])
        end = _end(plain[mark.end() :], start) if start else None
        if start and end:
            return start, end
    year = _WHOLE_YEAR.fullmatch(plain)
    return (PartialDate(int(year[1])), PartialDate(int(year[1]))) if year else None


def _end(text: str, start: PartialDate) -> PartialDate | None:
    """Read the end of a period, which may leave out the year of its start (1月-12月)."""
    end = read_date(text)
    if end is None and start.month is not None and _IN_YEAR.fullmatch(text):
        end = read_date(f"{start.year}年{text}")
    return end


def read_year_line(text: str) -> int | None:
    """Return the year of a line that states one and nothing else (（2024年度）, 预算年度：2024)."""
    match = _YEAR_LINE.fullmatch(half_width(text))
    return int(match[1]) if match else None


def read_budget_year(text: str) -> int | None:
    """Return the year that a line about a budget names (云岭县2024年部门预算公开), or None.

    A line that names several years tells of none.
    """
    years = set(_ANY_YEAR.findall(half_width(text)))
    return int(years.pop()) if len(years) == 1 else None


def read_fiscal_year(text: str) -> int | None:
    """Return the year of a text such as (2024年度) or 2023年度财政项目支出…表, or None."""
    match = _FORM_YEAR.search(half_width(text)) or re.fullmatch(rf"\(?{_YEAR}\)?", half_width(text))
    return int(match[1]) if match else None
