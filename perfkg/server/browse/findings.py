"""`/validation`: what the review found, counted by rule, severity, department and criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response

from perfkg.messages import Text
from perfkg.server.browse import asking
from perfkg.server.browse.entries import FindingEntry
from perfkg.server.browse.filing import NOWHERE
from perfkg.server.browse.lists import Listed, listed
from perfkg.server.browse.view import View, ViewOf
from perfkg.validation.findings import SEVERITIES
from perfkg.validation.shapes import Rule

router = APIRouter()

Kind = tuple[str, int]
"""Rule and rank of the findings that are counted together."""

_NAMES: Final = ("severity", "criterion", "rule", "department")
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
    """The kinds of findings that the address asks for, and how each is counted."""

    def __init__(self, view: View) -> None:
        self._rules: dict[str, Rule] = dict(view.shapes.rules)
        self._board = view.directory.board
        self.asked = {name: view.text(name) for name in _NAMES if view.text(name)}
        self._of: dict[str, Callable[[Kind], str]] = {
            "severity": lambda kind: SEVERITIES[kind[1]],
            "criterion": lambda kind: self._criterion(kind[0]),
            "rule": lambda kind: kind[0].rpartition("#")[2].rpartition("/")[2],
        }

    @property
    def department(self) -> str:
        """The key of the department, "" for all."""
        return self.asked.get("department", "")

    def kinds(self, but: str = "") -> list[Kind]:
        """Return the kinds that fit all filters, `but` for one."""
        asked = [
            (of, self.asked[name])
            for name, of in self._of.items()
            if name != but and name in self.asked
        ]
        return [kind for kind in self._board.kinds if all(of(kind) == text for of, text in asked)]

    def parts(self, name: str) -> Iterator[tuple[str, list[Kind], str]]:
        """Yield the values of one filter, each with its kinds and the department to count in."""
        kinds = self.kinds(but=name)
        if name == "department":
            yield from ((key, kinds, key) for key in self._board.departments)
            return
        found: dict[str, list[Kind]] = {}
        for kind in kinds:
            found.setdefault(self._of[name](kind), []).append(kind)
        yield from ((value, some, self.department) for value, some in found.items())

    def _criterion(self, iri: str) -> str:
        """Return the Chinese name of the criterion of a rule."""
        rule = self._rules.get(iri)
        return rule.criterion.label.zh if rule and rule.criterion else NOWHERE


def _board(view: View) -> bytes:
    directory, filters = view.directory, _Filters(view)
    kinds = filters.kinds()
    found = listed(view, directory.findings(kinds, filters.department), "/validation")
    shown = [iri for entry in found.rows for iri in entry.forms]
    return view.render(
        "findings.html",
        is_validated=directory.totals.is_validated,
        boards=[(name, _lines(view, filters, name)) for name in _NAMES],
        asked=filters.asked,
        label=lambda name, value: _label(view, name, value),
        page=_told(view, found),
        forms=directory.forms_by_iri(shown),
        form_count=directory.board.tally(kinds, filters.department)[1],
        shapes=view.shapes,
    )


def _lines(view: View, filters: _Filters, name: str) -> list[Line]:
    """Count under each value of one filter, the others applied; the gravest first."""
    lines = []
    for value, kinds, department in filters.parts(name):
        ranks, forms = view.directory.board.tally(kinds, department)
        numbers = tuple(ranks[rank] for rank in range(len(SEVERITIES)))
        if any(numbers):
            lines.append(Line(value, _label(view, name, value), numbers, forms))
    return sorted(lines, key=lambda line: ([-n for n in line.numbers], line.label))


def _label(view: View, name: str, value: str) -> str:
    if value == NOWHERE:
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
