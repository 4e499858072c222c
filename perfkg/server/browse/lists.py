"""Lists in pages of fifty rows, with the addresses of the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from perfkg.server.browse.view import View
from perfkg.server.browse.words import rows_of

T = TypeVar("T")

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """The rows of one page of a list.

    Attributes:
        rows: those shown. count: how many there are in all.
        told: the line that says which these are.
        previous, next: addresses of the pages before and after; None where there is none.
    """

    rows: Sequence[T]
    count: int
    told: str
    previous: str | None
    next: str | None


def listed(view: View, rows: Sequence[T], path: str, size: int = SIZE) -> Listed[T]:
    """Return the page of a list that the address asks for with `page`.

    Args:
        rows: all of them, in order. path: of the page. size: rows of one page.
    """
    last = max(1, -(-len(rows) // size))
    number = min(max(_number(view.text("page")), 1), last)
    first = (number - 1) * size
    shown = rows[first : first + size]
    told = rows_of(first + 1, first + len(shown), len(rows))
    return Listed(
        rows=shown,
        count=len(rows),
        told=told.into(view.language),
        previous=_address(view, path, number - 1) if number > 1 else None,
        next=_address(view, path, number + 1) if number < last else None,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _address(view: View, path: str, number: int) -> str:
    kept = {k: v for k, v in view.request.query_params.items() if k not in ("lang", "page")}
    return view.link(path, **kept, page=number)
