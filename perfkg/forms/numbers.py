"""Digits and signs as forms print them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
"""A decimal number, with or without thousands separators."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LEADING = re.compile(NUMBER)
_WHITE = re.compile(r"\s+")
_TO_CHANGE = re.compile(r"[\s\uff01-\uff5e]")
"""What `half_width` changes: most texts hold none of it."""


@lru_cache(maxsize=16384)
def half_width(text: str) -> str:
    """Return `text` with full-width ASCII made plain and without white space.

    Other signs stay as printed (㎡ does not become m2), so that a unit can be quoted.
    """
    if _TO_CHANGE.search(text) is None:
        return text
    return _WHITE.sub("", text.translate(_FULL_WIDTH))


def leading_number(text: str) -> Decimal | None:
    """Return the number that `text` begins with (19.67分 → 19.67), or None."""
    match = _LEADING.match(half_width(text))
    return decimal(match[0]) if match else None


def decimal(text: str) -> Decimal:
    """Return the value of a text that matches `NUMBER`."""
    return Decimal(text.replace(",", ""))
