"""Dates and years as forms print them."""

from __future__ import annotations

import re
from datetime import date

from perfkg.forms.model import PartialDate
from perfkg.forms.numbers import half_width

YEAR = r"(?:19|20)\d{2}"
MONTH = r"(0?[1-9]|1[0-2])"
DAY = r"(0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"({YEAR})(?:[-./年]{MONTH}(?:[-./月]{DAY}日?|月)?|学年|年度?"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?)?"
    r"(?:[0-2]\d:[0-5]\d(?::[0-5]\d)?)?"
)
_YEAR_LINE = re.compile(rf"\(?(?:预算|申报|项目)?(?:年度)?:?({YEAR})年?度?\)?")
_ANY_YEAR = re.compile(rf"(?<!\d)({YEAR})年")
_FORM_YEAR = re.compile(rf"({YEAR})年?(?:度|$|\)|(?=年))")


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
    match = _FORM_YEAR.search(half_width(text)) or re.fullmatch(
        rf"\(?({YEAR})\)?", half_width(text)
    )
    return int(match[1]) if match else None
