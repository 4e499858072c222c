"""The letters that spreadsheets name columns by.

openpyxl has the same two functions, and takes a sixth of a second to import: every process that
reads forms, spreadsheets or not, would pay for them.
"""

from __future__ import annotations

from functools import lru_cache

_LETTERS = 26


@lru_cache(maxsize=1024)
def column_name(number: int) -> str:
    """Return the name of a column that is counted from 1.

    >>> column_name(1), column_name(26), column_name(27), column_name(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    rest, letter = divmod(number - 1, _LETTERS)
    return (column_name(rest) if rest else "") + chr(ord("A") + letter)


@lru_cache(maxsize=1024)
def column_number(name: str) -> int:
    """Return the number, from 1, of a column that is named by capital letters.

    >>> column_number("A"), column_number("Z"), column_number("AA"), column_number("XFD")
    (1, 26, 27, 16384)
    """
    number = 0
    for letter in name:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number
