"""Writing the directory of a generation: a small SQLite database beside the graph.

Everything that a page counts, orders or looks up among all forms stands in it ready to be read, so
that a page takes milliseconds however many forms there are. Nothing in it is a source: it may be
removed at any time and is made anew from the graph.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from perfkg.messages import Text
from perfkg.server.browse.entries import FormEntry, Totals, money
from perfkg.server.browse.gathering import Found, Gathered
from perfkg.validation.findings import SEVERITIES

LAYOUT: Final = 1
"""Number of the tables' layout; a file of another one is made anew."""
NOWHERE: Final = "-"
"""Stands for the department of forms that state none, and of findings about no form."""
SHOWN: Final = 3
"""Forms that are named of a finding about many."""

_TABLES: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (iri TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE form (
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL, title TEXT NOT NULL, wanted TEXT NOT NULL,
  is_evaluation INTEGER NOT NULL, year INTEGER, request TEXT, amount REAL NOT NULL,
  project TEXT NOT NULL, department TEXT NOT NULL, unit TEXT NOT NULL, nature TEXT NOT NULL,
  grave INTEGER NOT NULL, middling INTEGER NOT NULL, light INTEGER NOT NULL);
CREATE TABLE thing (
  kind TEXT NOT NULL, number INTEGER NOT NULL, iri TEXT NOT NULL, wanted TEXT NOT NULL,
  uses INTEGER NOT NULL, forms INTEGER NOT NULL, projects INTEGER NOT NULL, years TEXT NOT NULL,
  money TEXT, unit TEXT NOT NULL,
  grave INTEGER NOT NULL, middling INTEGER NOT NULL, light INTEGER NOT NULL,
  PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE choice (
  kind TEXT NOT NULL, number INTEGER NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE finding (
  number INTEGER PRIMARY KEY, iri TEXT NOT NULL, forms TEXT NOT NULL, form_count INTEGER NOT NULL);
CREATE TABLE form_finding (
  form INTEGER NOT NULL, finding INTEGER NOT NULL, PRIMARY KEY (form, finding)) WITHOUT ROWID;
CREATE TABLE kind_of_finding (
  number INTEGER PRIMARY KEY, rule TEXT NOT NULL, rank INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, forms BLOB NOT NULL);
CREATE TABLE department (number INTEGER PRIMARY KEY, key TEXT NOT NULL, forms BLOB NOT NULL);
CREATE TABLE department_count (
  department INTEGER NOT NULL, kind INTEGER NOT NULL, findings INTEGER NOT NULL,
  PRIMARY KEY (department, kind)) WITHOUT ROWID;
CREATE TABLE department_finding (
  department INTEGER NOT NULL, finding INTEGER NOT NULL,
  PRIMARY KEY (department, finding)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE UNIQUE INDEX form_iri ON form (iri);
CREATE INDEX form_project ON form (project);
CREATE INDEX form_department ON form (department);
CREATE INDEX form_unit ON form (unit);
CREATE UNIQUE INDEX thing_iri ON thing (kind, iri);
"""


def wanted(text: str) -> str:
    """Return what is looked for in names: capital letters and full-width signs do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def key_of(iri: str) -> str:
    """Return the part of an IRI that stands for it in an address."""
    return iri.rpartition("/")[2].rpartition("#")[2]


def write_directory(file: Path, gathered: Gathered, stamp: str) -> None:
    """Make the database.

    Args:
        file: where; there must be none yet.
        gathered: what the generation says.
        stamp: stands for the generation and all else that the directory depends on.
    """
    database = sqlite3.connect(file)
    try:
        # Whoever is interrupted begins again with a new file.
        database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
        with database:
            _Filing(database, gathered).file(stamp)
        database.executescript(f"{_INDEXES} ANALYZE;")
    finally:
        database.close()


class _Filing:
    """Writes the tables of one generation."""

    def __init__(self, database: sqlite3.Connection, gathered: Gathered) -> None:
        self._database = database
        self._all = gathered
        self._about: dict[int, list[int]] = defaultdict(list)
        """For each form the numbers of its findings."""
        for number, finding in enumerate(gathered.findings):
            for form in finding.forms:
                self._about[form].append(number)

    def file(self, stamp: str) -> None:
        """Write them all."""
        names = self._all.names
        self._fill("name", ((iri, name.zh, name.en) for iri, name in names.items()))
        self._fill("form", self._form_rows())
        projects = self._groups(lambda form: (form.project,))
        places = self._groups(lambda form: {form.department, form.unit})
        self._fill("thing", self._group_rows("projects", projects))
        self._fill("thing", self._group_rows("organizations", places))
        self._fill("thing", self._indicator_rows())
        self._fill("choice", self._choice_rows())
        self._file_findings()
        totals = self._totals(len(projects))
        self._fill("fact", [("stamp", stamp), ("totals", json.dumps(asdict(totals), default=str))])

    def _fill(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        rows = iter(rows)
        first = next(rows, None)
        if first is not None:
            text = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"  # noqa: S608
            self._database.execute(text, first)
            self._database.executemany(text, rows)

    def _name(self, iri: str) -> Text:
        return self._all.names.get(iri) or Text(key_of(iri), key_of(iri))

    def _counted(self, findings: Iterable[int]) -> tuple[int, ...]:
        ranks = Counter(self._all.findings[number].rank for number in findings)
        return tuple(ranks[rank] for rank in range(len(SEVERITIES)))

    # -- forms and things ---------------------------------------------------------------------

    def _form_rows(self) -> Iterator[tuple[object, ...]]:
        for number, form in enumerate(self._all.forms):
            request = form.request
            yield (
                number, form.iri, form.title, wanted(form.title), form.is_evaluation, form.year,
                None if request is None else str(request), float(request or 0),
                form.project, form.department, form.unit, form.nature,
                *self._counted(self._about.get(number, ())),
            )  # fmt: skip

    def _groups(self, of: Callable[[FormEntry], Collection[str]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, form in enumerate(self._all.forms):
            for iri in of(form):
                if iri:
                    found[iri].append(number)
        return found

    def _group_rows(self, kind: str, groups: dict[str, list[int]]) -> Iterator[tuple[object, ...]]:
        """Yield the things of a kind, those with most money first."""
        forms = self._all.forms
        found = []
        for iri, numbers in groups.items():
            own = [forms[number] for number in numbers]
            found.append((money(own), self._name(iri), iri, own, numbers))
        found.sort(key=lambda one: (-(one[0] or 0), one[1].zh, one[2]))
        for place, (amount, name, iri, own, numbers) in enumerate(found):
            years = sorted({form.year for form in own if form.year is not None}, reverse=True)
            about = {finding for number in numbers for finding in self._about.get(number, ())}
            yield (
                kind, place, iri, _wanted_of(name), 0, len(own),
                len({form.project for form in own if form.project}), json.dumps(years),
                None if amount is None else str(amount), own[0].unit or own[0].department,
                *self._counted(about),
            )  # fmt: skip

    def _indicator_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the indicators, the most used first."""
        uses = [(-count, self._name(iri), iri) for iri, count in self._all.uses.items()]
        uses.sort(key=lambda one: (one[0], one[1].zh, one[2]))
        for place, (count, name, iri) in enumerate(uses):
            yield (
                "indicators",
                place,
                iri,
                _wanted_of(name),
                -count,
                0,
                0,
                "[]",
                None,
                "",
                0,
                0,
                0,
            )

    def _choice_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the options of each filter: years the latest first, else those of most forms."""
        forms = self._all.forms
        years = Counter(form.year for form in forms if form.year is not None)
        for place, year in enumerate(sorted(years, reverse=True)):
            yield ("year", place, str(year), "", years[year])
        for kind in ("department", "nature"):
            counts = Counter(iri for form in forms if (iri := getattr(form, kind)))
            order = sorted(counts, key=lambda iri: (-counts[iri], self._name(iri).zh, iri))
            for place, iri in enumerate(order):
                yield (kind, place, key_of(iri), iri, counts[iri])

    def _totals(self, projects: int) -> Totals:
        forms = self._all.forms
        return Totals(
            forms=len(forms),
            projects=projects,
            units=len({form.unit for form in forms if form.unit}),
            years=tuple(sorted({form.year for form in forms if form.year is not None})),
            numbers=self._all.numbers,
            words=self._all.words,
            money=money(forms),
            is_validated=self._all.is_validated,
            findings=self._counted(range(len(self._all.findings))),
        )

    # -- findings -----------------------------------------------------------------------------

    def _file_findings(self) -> None:
        forms, findings = self._all.forms, self._all.findings
        self._fill(
            "finding",
            (
                (n, one.iri, " ".join(forms[f].iri for f in one.forms[:SHOWN]), len(one.forms))
                for n, one in enumerate(findings)
            ),
        )
        pairs = ((form, n) for form in sorted(self._about) for n in self._about[form])
        self._fill("form_finding", pairs)
        kinds = list(_kinds(findings))
        self._fill("kind_of_finding", kinds)
        self._file_departments({(rule, rank): n for n, rule, rank, *_ in kinds})

    def _file_departments(self, kinds: dict[tuple[str, int], int]) -> None:
        keys = [key_of(form.department or form.unit) or NOWHERE for form in self._all.forms]
        numbers = {key: n for n, key in enumerate(sorted({*keys, NOWHERE}))}
        own: dict[str, list[int]] = {key: [] for key in numbers}
        for form, key in enumerate(keys):
            own[key].append(form)
        self._fill("department", ((n, key, as_bits(own[key])) for key, n in numbers.items()))
        counts: Counter[tuple[int, int]] = Counter()
        pairs: list[tuple[int, int]] = []
        for n, finding in enumerate(self._all.findings):
            for key in {keys[form] for form in finding.forms} or {NOWHERE}:
                counts[numbers[key], kinds[finding.rule, finding.rank]] += 1
                pairs.append((numbers[key], n))
        self._fill("department_count", ((*key, count) for key, count in counts.items()))
        self._fill("department_finding", sorted(pairs))


def _kinds(findings: list[Found]) -> Iterator[tuple[int, str, int, int, int, bytes]]:
    """Yield number, rule, rank, first and last finding and the forms of each kind of finding.

    Findings come ordered by kind, so that each kind is a range of them.
    """
    number, first = 0, 0
    while first < len(findings):
        rule, rank = findings[first].rule, findings[first].rank
        last, forms = first, set[int]()
        while last < len(findings) and (findings[last].rule, findings[last].rank) == (rule, rank):
            forms.update(findings[last].forms)
            last += 1
        yield number, rule, rank, first, last - 1, as_bits(forms)
        number, first = number + 1, last


def as_bits(numbers: Collection[int]) -> bytes:
    """Return a set of numbers as bits, the lowest first: sets of forms are joined by them.

    >>> as_bits([0, 9])
    b'\\x01\\x02'
    """
    bits = bytearray(max(numbers, default=-1) // 8 + 1)
    for number in numbers:
        bits[number // 8] |= 1 << number % 8
    return bytes(bits)


def _wanted_of(name: Text) -> str:
    """Return what a search looks into: both names, apart."""
    zh, en = wanted(name.zh), wanted(name.en)
    return zh if zh == en else f"{zh}\n{en}"
