"""`/validation`: what the review found, counted by rule, severity, department and criterion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from fastapi import APIRouter, Response

from perfkg.messages import Text
from perfkg.server.browse import asking
from perfkg.server.browse.directory import FindingEntry
from perfkg.server.browse.lists import Listed, listed
from perfkg.server.browse.view import View, ViewOf
from perfkg.validation.findings import SEVERITIES
from perfkg.validation.shapes import Rule

router = APIRouter()

K = TypeVar("K", bound=Hashable)

_NAMES: Final = ("severity", "criterion", "rule", "department")
_NOTHING: Final = "-"
"""Stands in an address for findings without a department or criterion."""
_MESSAGES: Final = """
SELECT ?s ?zh ?en ?place WHERE {{ GRAPH <{}> {{
  {} ?s sh:resultMessage ?zh FILTER(LANG(?zh) = "zh")
  OPTIONAL {{ ?s sh:resultMessage ?en FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?s pk:sourceLocation ?place }}
}} }}"""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the board lists it."""

    entry: FindingEntry
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a board: the value that filters by it, its label, its counts by severity."""

    value: str
    label: str
    numbers: tuple[int, ...]
    forms: int


@router.get("/validation", summary="The findings of the review", include_in_schema=False)
def show_findings(view: ViewOf) -> Response:
    """Show the findings of the store, counted by severity, criterion, department and rule, and
    list them; `severity`, `criterion`, `department` and `rule` leave only some.
    """
    return view.send(lambda: _board(view))


class _Filters:
    """What the address asks for, and what it says about a finding."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._rules: dict[str, Rule] = dict(view.shapes.rules)
        self._keys = {
            iri: (form.department or form.unit).rpartition("/")[2] or _NOTHING
            for iri, form in view.directory.forms.items()
        }
        self.is_empty = not any(view.text(name) for name in _NAMES)
        self.of: dict[str, Callable[[FindingEntry], Iterable[str]]] = {
            "severity": lambda entry: (SEVERITIES[entry.rank],),
            "criterion": lambda entry: (self.criterion(entry),),
            "department": self.departments,
            "rule": lambda entry: (self.rule(entry),),
        }

    def rule(self, entry: FindingEntry) -> str:
        """Return the name of the rule."""
        return entry.rule.rpartition("#")[2].rpartition("/")[2]

    def criterion(self, entry: FindingEntry) -> str:
        """Return the Chinese name of the criterion."""
        rule = self._rules.get(entry.rule)
        return rule.criterion.label.zh if rule and rule.criterion else _NOTHING

    def departments(self, entry: FindingEntry) -> set[str]:
        """Return the keys of those who answer for the forms that it is about."""
        if len(entry.forms) == 1:  # nearly always
            return {self._keys.get(entry.forms[0], _NOTHING)}
        return {self._keys.get(iri, _NOTHING) for iri in entry.forms} or {_NOTHING}

    def chosen(self, entries: Iterable[FindingEntry], but: str = "") -> list[FindingEntry]:
        """Return the findings that fit all filters, `but` for one."""
        asked = [
            (self.of[name], self._view.text(name))
            for name in self.of
            if name != but and self._view.text(name)
        ]
        return [e for e in entries if all(value in of(e) for of, value in asked)]


def _board(view: View) -> bytes:
    directory, filters = view.directory, _Filters(view)
    chosen = filters.chosen(directory.findings)
    boards = [(name, _counted(view, filters, name)) for name in _NAMES]
    return view.render(
        "findings.html",
        is_validated=directory.is_validated,
        boards=boards,
        asked={name: view.text(name) for name in filters.of if view.text(name)},
        label=lambda name, value: _label(view, name, value),
        page=_told(view, listed(view, chosen, "/validation")),
        forms=directory.forms,
        form_count=len({form for entry in chosen for form in entry.forms}),
        shapes=view.shapes,
    )


def _counted(view: View, filters: _Filters, name: str) -> list[Line]:
    """Return the lines of a board; those of all findings are counted once for a generation."""
    if not filters.is_empty:
        return _lines(view, filters, name)
    kind = f"board {name} {view.language}"
    return view.directory.once(kind, lambda: _lines(view, filters, name))


def _lines(view: View, filters: _Filters, name: str) -> list[Line]:
    """Count under each value of one filter, the others applied; the gravest first."""
    of = filters.of[name]
    numbers: dict[str, Counter[int]] = {}
    forms: dict[str, set[str]] = {}
    for entry in filters.chosen(view.directory.findings, but=name):
        for value in of(entry):
            numbers.setdefault(value, Counter())[entry.rank] += 1
            forms.setdefault(value, set()).update(entry.forms)
    lines = [
        Line(
            value,
            _label(view, name, value),
            tuple(found[rank] for rank in range(len(SEVERITIES))),
            len(forms[value]),
        )
        for value, found in numbers.items()
    ]
    return sorted(lines, key=lambda line: ([-n for n in line.numbers], line.label))


def _label(view: View, name: str, value: str) -> str:
    if value == _NOTHING:
        return view.say("not_stated")
    if name == "department":
        return view.name(f"{view.base}organization/{value}")
    for rule in view.shapes.rules.values():
        if name == "rule" and rule.name == value:
            return rule.label.into(view.language)
        if name == "criterion" and rule.criterion and rule.criterion.label.zh == value:
            return rule.criterion.label.into(view.language)
    return view.severity(value) if name == "severity" else value


def _told(view: View, page: Listed[FindingEntry]) -> Listed[Told]:
    """Fetch the messages of the findings on one page."""
    said: dict[str, tuple[Text, str]] = {}
    entries: Sequence[FindingEntry] = page.rows
    if entries:
        graph = view.service.settings.identity.validation_graph
        text = _MESSAGES.format(graph, asking.values("s", (entry.iri for entry in entries)))
        for iri, zh, en, place in asking.texts(view.service.store, text, view.seconds):
            said[iri] = (Text(zh, en or zh), place)
    nothing = (Text("", ""), "")
    told = []
    for entry in entries:
        message, place = said.get(entry.iri, nothing)
        told.append(Told(entry, message.into(view.language), place))
    return Listed(told, page.count, page.told, page.previous, page.next)
