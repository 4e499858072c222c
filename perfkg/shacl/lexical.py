"""Lexical forms of the XML Schema datatypes: which literals are well-formed.

https://www.w3.org/TR/xmlschema11-2/
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from typing import Final

_INTEGER: Final = r"[+-]?[0-9]+"
_YEAR: Final = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12][0-9]|3[01])"
_ZONE: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME: Final = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_FLOAT: Final = r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_DURATION_DAYS: Final = r"(?:[0-9]+D)"
_DURATION_TIME: Final = (
    r"(?:T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?"
    r"|[0-9]+(?:\.[0-9]+)?S))"
)
_MONTHS: Final = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_DAY_TIME: Final = f"(?:{_DURATION_DAYS}{_DURATION_TIME}?|{_DURATION_TIME})"

_PATTERNS: Final[dict[str, str]] = {
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "double": _FLOAT,
    "float": _FLOAT,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": (
        f"--(?:02-(?:0[1-9]|[12][0-9])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
        f"|(?:0[13578]|1[02])-{_DAY}){_ZONE}"
    ),
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": f"-?P(?:{_MONTHS}{_DAY_TIME}?|{_DAY_TIME})",
    "yearMonthDuration": f"-?P{_MONTHS}",
    "dayTimeDuration": f"-?P{_DAY_TIME}",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": (
        r"(?:(?:[A-Za-z0-9+/] ?){4})*"
        r"(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
        r"|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
    ),
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
}
_BOUNDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "byte": (-(2**7), 2**7 - 1),
    "short": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
}
SURE: Final[dict[str, str]] = {
    "boolean": "^(true|false|0|1)$",
    "integer": "^[+-]?[0-9]+$",
    "decimal": r"^[+-]?[0-9]+(\.[0-9]*)?$",
    "double": r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$",
    "gYear": "^[0-9]{4}$",
    "date": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
}
"""Common forms that are certainly well-formed, as SPARQL regular expressions."""

_COMPILED: Final = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_WHOLE: Final = re.compile(_INTEGER)
_DATED: Final = re.compile(r"(-?[0-9]+)-([0-9]{2})-([0-9]{2})")


def _in_bounds(low: int | None, high: int | None) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        if not _WHOLE.fullmatch(text):
            return False
        # Numbers of any length are integers; none beyond 25 digits lies within any bound.
        digits = text.lstrip("+-").lstrip("0") or "0"
        if len(digits) > 25:
            return (high is None) if not text.startswith("-") else (low is None)
        number = int(text)
        return (low is None or low <= number) and (high is None or number <= high)

    return check


def _matches(name: str) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        return bool(_COMPILED[name].fullmatch(text)) and _day_exists(text, name)

    return check


def _day_exists(text: str, name: str) -> bool:
    if name not in ("date", "dateTime", "dateTimeStamp"):
        return True
    found = _DATED.match(text)
    if found is None:
        return False
    # The calendar repeats every 400 years; Python knows the years from 1.
    year = int(found[1]) % 400 or 400
    return int(found[3]) <= monthrange(year, int(found[2]))[1]


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    **{name: _matches(name) for name in _PATTERNS},
    **{name: _in_bounds(low, high) for name, (low, high) in _BOUNDS.items()},
}
"""For each datatype, by its local name, whether a lexical form belongs to it."""
