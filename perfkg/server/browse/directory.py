"""What lists, searches and counts need of one generation, read from the file that `filing` wrote.

To ask the graph itself costs seconds where a list joins half a dozen properties of every form.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, overload

from perfkg.messages import Text
from perfkg.server.browse.board import Board, read_board
from perfkg.server.browse.entries import Choice, FindingEntry, FormEntry, Summary, Totals
from perfkg.server.browse.filing import key_of, wanted

T = TypeVar("T")
Row = tuple[Any, ...]

_FORMS: Final = (
    "iri, title, is_evaluation, year, request, project, department, unit, nature, "
    "grave, middling, light FROM form"
)
_THINGS: Final = "iri, uses, forms, projects, years, money, unit, grave, middling, light FROM thing"
_GRAVEST: Final = "grave DESC, middling DESC, light DESC, number"
_ORDERS: Final = {"money": "amount DESC, number", "name": "title, number", "findings": _GRAVEST}
_OF_ALL: Final = """SELECT iri, forms, form_count FROM finding
  WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ? OFFSET ?"""
_OF_DEPARTMENT: Final = """SELECT iri, forms, form_count
  FROM department_finding CROSS JOIN finding ON number = finding
  WHERE department = ? AND finding BETWEEN ? AND ? ORDER BY finding LIMIT ? OFFSET ?"""
_AT_ONCE: Final = 10_000
"""Values of one question; SQLite takes 32,766."""
_MOST_CHOICES: Final = 500
"""Options of one choice; what is used less is found by its own page."""
_MOST_NAMES: Final = 20_000
"""Names that are kept in memory."""
_CACHE: Final = 16_384
"""Kilobytes of the file that are kept in memory."""


class Rows(Sequence[T], Generic[T]):
    """The rows of a list, fetched when they are looked at.

    Args:
        count: how many there are.
        fetch: returns so many of them from one on.
    """

    def __init__(self, count: int, fetch: Callable[[int, int], list[T]]) -> None:
        """Fetch none yet."""
        self._count = count
        self._fetch = fetch

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """Return one row or some that follow each other."""
        if isinstance(index, int):
            (found,) = self._fetch(range(self._count)[index], 1)
            return found
        first, last, step = index.indices(self._count)
        if step != 1:
            raise ValueError("rows are fetched one after the other")
        return self._fetch(first, max(0, last - first))


class Directory:
    """What is known of one generation; safe for several threads.

    Args:
        file: that `filing.write_directory` made.
        version: number of the generation.

    Raises:
        sqlite3.Error: the file cannot be read.
    """

    def __init__(self, file: Path, version: int) -> None:
        """Open the file, which may be removed from then on."""
        self.version = version
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            f"{file.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False
        )
        self._database.execute(f"PRAGMA cache_size = -{_CACHE}")
        self._names: dict[str, Text | None] = {}
        self._parts: dict[str, Any] = {}
        facts: dict[str, str] = dict(self._all("SELECT name, value FROM fact"))
        self.stamp: str = facts.get("stamp", "")
        self.totals: Totals = _totals(json.loads(facts["totals"]))

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return a part of a page, made when it is first asked for; two may make it at a time."""
        if name not in self._parts:
            self._parts[name] = make()
        found: T = self._parts[name]
        return found

    # -- names --------------------------------------------------------------------------------

    def name(self, iri: str) -> Text:
        """Return what a thing is called; the end of its IRI where it has no name."""
        if iri not in self._names:
            if len(self._names) >= _MOST_NAMES:
                self._names = {}
            rows = self._all("SELECT zh, en FROM name WHERE iri = ?", iri)
            self._names[iri] = Text(*rows[0]) if rows else None
        return self._names.get(iri) or Text(key_of(iri), key_of(iri))

    # -- forms --------------------------------------------------------------------------------

    def form(self, iri: str) -> FormEntry | None:
        """Return a form; None if there is none of that IRI."""
        return self.forms_by_iri([iri]).get(iri)

    def forms_by_iri(self, iris: Iterable[str]) -> dict[str, FormEntry]:
        """Return those of these forms that there are."""
        left, found = iter(dict.fromkeys(iris)), {}
        while some := list(islice(left, _AT_ONCE)):
            marks = ", ".join("?" * len(some))
            for form in self._rows(_FORMS, f"iri IN ({marks})", some, _form)[:]:
                found[form.iri] = form
        return found

    def forms(
        self, *, year: str = "", department: str = "", nature: str = "", text: str = "",
        order: str = "",
    ) -> Rows[FormEntry]:  # fmt: skip
        """Return the forms that fit all that is given.

        Args:
            year: 预算年度. department, nature: ends of IRIs, as `Choice.value` has them.
            text: a part of the title. order: `money`, `findings` or `name`; else by year.
        """
        asked: list[tuple[str, object]] = []
        if year:
            asked.append(("CAST(year AS TEXT) = ?", year))
        for kind, value in (("department", department), ("nature", nature)):
            if value:
                iri = "SELECT iri FROM choice WHERE kind = '{}' AND value = ?"
                asked.append((f"{kind} IN ({iri.format(kind)})", value))
        if wanted(text):
            asked.append(("instr(wanted, ?)", wanted(text)))
        where = " AND ".join(test for test, _ in asked) or "TRUE"
        values = [value for _, value in asked]
        return self._rows(_FORMS, where, values, _form, _ORDERS.get(order, "number"))

    def forms_of(self, iri: str) -> Rows[FormEntry]:
        """Return the forms of a project, department or unit, the latest first."""
        return self._rows(_FORMS, "project = ?1 OR department = ?1 OR unit = ?1", [iri], _form)

    def choices(self, kind: str) -> list[Choice]:
        """Return what forms may be filtered by: `year`, `department` or `nature`."""
        text = "SELECT value, iri, count FROM choice WHERE kind = ? ORDER BY number LIMIT ?"
        return [Choice(*row) for row in self._all(text, kind, _MOST_CHOICES)]

    # -- things -------------------------------------------------------------------------------

    def things(self, kind: str, text: str = "") -> Rows[Summary]:
        """Return the `projects`, `organizations` or `indicators` with `text` in their names.

        Those with most money come first, the indicators that are used most.
        """
        where, values = "kind = ?", [kind]
        if wanted(text):
            where, values = "kind = ? AND instr(wanted, ?)", [kind, wanted(text)]
        return self._rows(_THINGS, where, values, _summary)

    def thing(self, kind: str, iri: str) -> Summary | None:
        """Return one of them; None if there is none of that IRI."""
        return next(iter(self._rows(_THINGS, "kind = ? AND iri = ?", [kind, iri], _summary)), None)

    # -- findings -----------------------------------------------------------------------------

    @cached_property
    def board(self) -> Board:
        """Counts the findings."""
        return read_board(self._all)

    def findings(
        self, asked: Sequence[tuple[str, int]], department: str = ""
    ) -> Rows[FindingEntry]:
        """Return the findings of some kinds, the gravest first.

        Args:
            asked: rule and rank of each kind. department: the end of its IRI, "" for any.
        """
        ranges = self.board.ranges(asked, department)
        text, values = _OF_ALL, list[int]()
        if department:
            text, values = _OF_DEPARTMENT, [self.board.number_of(department)]

        def fetch(first: int, many: int) -> list[FindingEntry]:
            found: list[FindingEntry] = []
            for kind, count in ranges:
                if first >= count:
                    first -= count
                    continue
                rows = self._all(text, *values, kind.first, kind.last, many - len(found), first)
                found += [
                    FindingEntry(iri, kind.rule, kind.rank, tuple(forms.split()), forms_in_all)
                    for iri, forms, forms_in_all in rows
                ]
                first = 0
                if len(found) >= many:
                    break
            return found

        return Rows(sum(count for _, count in ranges), fetch)

    def rules_of(self, iri: str) -> list[tuple[int, str, int]]:
        """Return rank, rule and number of the findings about a department's or unit's forms.

        The gravest come first, then the most.
        """
        text = (
            "SELECT DISTINCT finding FROM form JOIN form_finding ON form = number "
            "WHERE department = ?1 OR unit = ?1"
        )
        counts = self.board.counted(number for (number,) in self._all(text, iri))
        found = [(kind.rank, kind.rule, count) for kind, count in counts.items()]
        return sorted(found, key=lambda one: (one[0], -one[2], one[1]))

    # -- asking -------------------------------------------------------------------------------

    def _rows(
        self, of: str, where: str, values: Sequence[object], make: Callable[[Row], T],
        order: str = "number",
    ) -> Rows[T]:  # fmt: skip
        """Return what fits, in order; only values come from outside, never a part of the text."""
        counted = f"SELECT COUNT(*) FROM {of.rpartition(' ')[2]} WHERE {where}"  # noqa: S608
        ((count,),) = self._all(counted, *values)

        def fetch(first: int, many: int) -> list[T]:
            page = f"SELECT {of} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
            return [make(row) for row in self._all(page, *values, many, first)]

        return Rows(count, fetch)

    def _all(self, text: str, *values: object) -> list[Row]:
        with self._lock:  # one connection, because the file may be gone when a second is opened
            return self._database.execute(text, values).fetchall()

    def close(self) -> None:
        """Let go of the file; nothing may be asked any more."""
        with self._lock:
            self._database.close()


def _form(row: Row) -> FormEntry:
    iri, title, is_evaluation, year, request, project, department, unit, nature, *counts = row
    return FormEntry(
        iri, title, bool(is_evaluation), year, None if request is None else Decimal(request),
        project, department, unit, nature, tuple(counts),
    )  # fmt: skip


def _summary(row: Row) -> Summary:
    iri, uses, forms, projects, years, money, unit, *counts = row
    return Summary(
        iri, uses, forms, projects, tuple(json.loads(years)),
        None if money is None else Decimal(money), unit, tuple(counts),
    )  # fmt: skip


def _totals(found: dict[str, Any]) -> Totals:
    money = None if found["money"] is None else Decimal(found["money"])
    lists = {name: tuple(found[name]) for name in ("years", "findings")}
    return Totals(**{**found, **lists, "money": money})
