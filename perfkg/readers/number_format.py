"""Numbers of a spreadsheet as its cells show them, by the number format of each cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL = "General"

BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0",
    7: "#,##0.00", 8: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-m-d", 15: "yyyy-m-d",
    16: "m-d", 17: "yyyy-m", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-m-d h:mm", 27: "yyyy-m", 28: "m-d", 29: "m-d", 30: "m-d", 31: "yyyy-m-d",
    32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss", 36: "yyyy-m", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00",
    44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 50: "yyyy-m", 51: "m-d",
    52: "yyyy-m", 53: "m-d", 54: "m-d", 55: "h:mm", 56: "h:mm:ss", 57: "yyyy-m", 58: "m-d",
}  # fmt: skip
"""Formats that a workbook names by number alone, as Excel in China has them."""

MAX_CODE = 255
"""Characters of a number format; a longer one is taken for General."""

MAX_DIGITS = 15
"""Digits before and after the point that are laid out; a spreadsheet knows no more."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<fill>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<clock>AM/PM|A/P|上午/下午)"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<exponent>E[+-])"
    r"|(?P<date>[ymdhs]+)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a number format: for positive numbers, negative ones, or zero."""

    before: str = ""
    after: str = ""
    digits: str = ""
    percent: int = 0
    date: str = ""
    is_general: bool = False


def show(value: float, code: str, *, epoch_1904: bool = False) -> str:
    """Return a number as a cell with this format shows it; a date as YYYY-MM-DD.

    Zero that a format shows as a dash, as the comma style does, is given as 0.

    >>> show(0.95, "0%"), show(2500000.0, "General"), show(168.16800000000001, "General")
    ('95%', '2500000', '168.168')
    >>> show(45292, "yyyy-mm-dd"), show(1234.5, "#,##0.00"), show(3.0, '"≥"0"个"')
    ('2024-01-01', '1,234.50', '≥3个')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    sections = _sections(code)
    number = Decimal(format(value, ".15g"))
    section, number = _choose(sections, number)
    if section.date:
        return _show_date(value, section.date, epoch_1904) or _plain(number)
    is_blank = not (section.digits or section.before or section.after or section.is_general)
    if is_blank and len(sections) > 1:
        return ""
    if section.is_general or is_blank:
        return _plain(number)
    if not section.digits or (not number and "0" not in section.digits):
        return "0" if not number else f"{section.before}{section.after}".strip()
    return f"{section.before}{_show_digits(number, section)}{section.after}".strip()


def _choose(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section, Decimal]:
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _plain(number: Decimal) -> str:
    """Return a number without exponent and without zeros at its end."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code if len(code) <= MAX_CODE else GENERAL):
        if token["literal"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_section(part) for part in parts[:3])


def _section(tokens: list[re.Match[str]]) -> _Section:
    before, after, digits, dates, percent, general = "", "", "", "", 0, False
    for match in tokens:
        kind, text = match.lastgroup, match[0]
        if kind == "bracket":
            inner = match["bracket"]
            text = inner[1:].partition("-")[0] if inner.startswith("$") else ""
            dates += inner if re.fullmatch("[hms]+", inner, re.I) else ""
        elif kind in ("quoted", "escaped"):
            text = match[kind]
        elif kind == "date":
            dates, text = dates + text.lower(), ""
        elif kind == "digits" and not digits:
            digits, text = text, ""
        elif kind in ("general", "exponent") or kind == "digits":
            general, text = True, ""
        elif kind in ("fill", "clock") or text == "@":
            text = ""
        percent += kind == "literal" and text == "%"
        general = general or (kind == "literal" and text == "/" and bool(digits))
        before, after = (before, after + text) if digits or general else (before + text, after)
    if dates and not digits:
        return _Section(date=dates)
    if general:
        return _Section(is_general=True)
    return _Section(before, after, digits, percent)


def _show_digits(number: Decimal, section: _Section) -> str:
    whole, _, fraction = section.digits.partition(".")
    scale = len(whole) - len(whole.rstrip(","))
    number = number.scaleb(2 * section.percent - 3 * scale)
    places, least = len(fraction), fraction.count("0")
    if abs(number) >= 10**MAX_DIGITS or places > MAX_DIGITS:
        return _plain(number)
    number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = format(number, ",f" if "," in whole.rstrip(",") else "f")
    if places:
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    sign, figures = ("-", text[1:]) if text.startswith("-") else ("", text)
    zeros = whole.count("0") - len(figures.partition(".")[0].replace(",", ""))
    return sign + "0" * max(zeros, 0) + figures


def _show_date(value: float, letters: str, epoch_1904: bool) -> str:
    """Return a date by what its format shows of it; empty when the number is no date."""
    if not 0 <= value < 2_958_466:
        return ""
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    if value < 60 and not epoch_1904:
        start += timedelta(days=1)
    try:
        moment = start + timedelta(seconds=round(value * 86400))
    except OverflowError:
        return ""
    shown = []
    if "y" in letters or "d" in letters:
        has_day, has_month = "d" in letters, "m" in letters.partition("h")[0]
        form = "%Y-%m-%d" if has_day else "%Y-%m" if has_month else "%Y"
        shown.append(moment.strftime(form))
    if "h" in letters and (not shown or moment.time() != datetime.min.time()):
        shown.append(moment.strftime("%H:%M:%S" if "s" in letters else "%H:%M"))
    return " ".join(shown) or moment.strftime("%Y-%m-%d")
