"""From the bytes of a text file to a Grid."""

from __future__ import annotations

from perfkg.messages import Problem, Text
from perfkg.readers.encoding import decode
from perfkg.readers.grid import Grid
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.text.reader import read_text_with_problems


def read_plain(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read the rows of a text file in UTF-8, UTF-16 or GB18030.

    Raises:
        DocumentError: when it is in none of these encodings.
    """
    decoded = decode(data, name)
    grid, problems = read_text_with_problems(decoded.text, limits)
    return grid, (*problems, _cut(grid)) if decoded.cut else problems


def _cut(grid: Grid) -> Problem:
    return Problem(
        "error",
        Text(
            "文件末尾的字符不完整，文件可能被截断；请重新取得完整文件",
            "the last character of the file is incomplete, so the file may be cut off; "
            "fetch it again",
        ),
        grid.rows[-1].place if grid.rows else None,
    )
