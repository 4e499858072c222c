"""From a Form to triples, as `ontology.md` of the design and `ontology/perfkg.ttl` say.

The lines are put together from parts that are made once: a line for each statement, with no object
for a term, is what makes the mapping fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Final

from perfkg.forms.model import Execution, Form, FormKind, Funds, PartialDate, Target
from perfkg.graph import ntriples as nt
from perfkg.graph import properties as p
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.ntriples import about
from perfkg.graph.things import Thing, Things, named
from perfkg.graph.values import Stated, Values
from perfkg.identity import Identity, normalise, without_year
from perfkg.messages import Text
from perfkg.readers.document import Document
from perfkg.vocabulary import Vocabulary, load_vocabulary

_PLACES: Final = 4096
"""Places of forms and rows that are remembered: files have most of theirs in common."""
_FUNDS: Final[Callable[[Funds], tuple[Decimal | None, ...]]] = attrgetter(*p.FUNDS)
_EXECUTION: Final[Callable[[Execution], tuple[Decimal | None, ...]]] = attrgetter(*p.EXECUTION)
_FORM_NAMES: Final = {FormKind.TARGET: "绩效目标申报表", FormKind.SELF_EVALUATION: "绩效自评表"}


class Mapper:
    """Turns forms into triples.

    Args:
        identity: mints the IRIs.
        vocabulary: gives the concepts of headings, units and codes.
    """

    def __init__(
        self, identity: Identity | None = None, vocabulary: Vocabulary | None = None
    ) -> None:
        self._identity = identity or Identity()
        self._things = Things(self._identity, vocabulary or load_vocabulary())
        self._values = Values(self._things)

    def map(self, form: Form, document: Document) -> FormGraph:
        """Return the triples of one form of `document`."""
        return _FormMapping(form, document, self._identity, self._things, self._values).graph()


class _FormMapping:
    """The mapping of one form: gathers what is said of each subject by how its lines begin."""

    def __init__(
        self, form: Form, document: Document, identity: Identity, things: Things, values: Values
    ) -> None:
        self._form = form
        self._document = document
        self._identity = identity
        self._things = things
        self._values = values
        self._content: dict[str, list[str]] = {}
        self._provenance: dict[str, set[str]] = {}
        self._shared: set[Thing] = set()
        unit = form.implementing_unit or form.supervising_department or ""
        # A form that states no project cannot be told from another by what it says, so it is
        # told by where it stands.
        name = form.project_name or f"{document.sha256} {form.location}"
        self._iri = identity.form(unit, name, form.fiscal_year, form.kind)
        self._term = nt.iri(self._iri)
        self._in_form = f"{p.IN_FORM}{self._term} ."
        self._project = identity.project(unit, name) if form.project_name else None
        self._of_project = None if self._project is None else nt.iri(self._project)

    def graph(self) -> FormGraph:
        """Return the statements in their three parts, sorted."""
        document = self._map_document()
        self._map_form(document)
        occurrences: dict[tuple[str, str], int] = {}
        for position, target in enumerate(self._form.indicators, start=1):
            key = normalise(target.level2 or ""), normalise(target.name)
            occurrences[key] = occurrences.get(key, 0) + 1
            self._map_target(target, position, occurrences[key])
        return FormGraph(
            form=self._iri,
            document=document,
            content=_sorted_lines(self._content),
            provenance=_sorted_lines(self._provenance),
            shared=_sorted_once(self._shared),
        )

    def _named(self, thing: Thing) -> str:
        """Return the term of a thing, and bring along what is said of it."""
        if thing.lines:
            self._shared.add(thing)
        return thing.term

    # -- the form -----------------------------------------------------------------------------

    def _map_document(self) -> str:
        iri = self._identity.document(self._document.sha256)
        start, name = about(iri), nt.text(self._document.name)
        lines = (
            *(start + class_ for class_ in p.IS_DOCUMENT),
            f"{start}{p.LABEL}{name} .",
            f"{start}{p.FORMAT}{nt.text(self._document.media_type)} .",
            f"{start}{p.NAME}{name} .",
            f"{start}{p.SHA256}{nt.text(self._document.sha256)} .",
        )
        self._shared.add(Thing(nt.iri(iri), lines))
        return iri

    def _map_form(self, document: str) -> None:
        form, start = self._form, about(self._iri)
        says = self._content[start] = [*p.IS_FORM[form.kind]]
        parts = (form.project_name, _FORM_NAMES[form.kind], form.fiscal_year)
        says.append(f"{p.LABEL}{nt.text(' '.join(str(part) for part in parts if part), 'zh')} .")
        self._map_provenance(start, form.location, form.repairs)
        self._provenance[start].add(f"{p.SOURCE}{nt.iri(document)} .")
        self._map_belonging(says)
        if form.fiscal_year is not None:
            says.append(f"{p.FISCAL_YEAR}{nt.typed(f'{form.fiscal_year:04d}', 'gYear')} .")
            says.append(f"{p.YEAR}{nt.typed(str(form.fiscal_year), 'integer')} .")
        if form.planned_start is not None:
            self._map_date(start, p.START, form.planned_start, form.planned_start.first_day())
        if form.planned_end is not None:
            self._map_date(start, p.END, form.planned_end, form.planned_end.last_day())
        for middle, goal in (
            (p.TITLE, form.project_name),
            (p.LONG_TERM, form.long_term_goal),
            (p.ANNUAL, form.annual_goal),
            (p.ACHIEVED, form.achieved_goal),
        ):
            if goal:
                says.append(f"{middle}{nt.text(goal, 'zh')} .")
        _say_numbers(says, p.FUNDS, _FUNDS(form.funds))
        _say_numbers(says, p.EXECUTION, _EXECUTION(form.execution))
        if form.total_score is not None:
            says.append(f"{p.TOTAL}{nt.decimal(form.total_score)} .")

    def _map_belonging(self, says: list[str]) -> None:
        """State whose form it is and of what kind its project is."""
        form, things = self._form, self._things
        self._map_project()
        if self._of_project is not None:
            says.append(f"{p.PROJECT}{self._of_project} .")
        for middle, name, find in (
            (p.DEPARTMENT, form.supervising_department, things.organization),
            (p.UNIT_OF, form.implementing_unit, things.organization),
            (p.NATURE, form.project_nature, things.nature),
            (p.CATEGORY, form.project_category, things.category),
        ):
            if name is not None:
                says.append(f"{middle}{self._named(find(name))} .")

    def _map_provenance(self, start: str, location: str, repairs: Iterable[Text]) -> None:
        says = self._provenance[start] = {_at_place(location)}
        for repair in repairs:
            says.add(f"{p.REPAIR}{nt.text(str(repair))} .")

    def _map_date(self, start: str, middle: str, printed: PartialDate, day: date) -> None:
        self._content[start].append(f"{middle}{nt.typed(day.isoformat(), 'date')} .")
        if not printed.is_whole:
            note = Text(
                f"日期只印到“{printed}”，取为 {day}",
                f"the date is printed only as {printed} and was taken as {day}",
            )
            self._provenance[start].add(f"{p.REPAIR}{nt.text(str(note))} .")

    def _map_project(self) -> None:
        if self._project is None or self._form.project_name is None:
            return
        start, name = about(self._project), self._form.project_name
        lines = [start + p.IS_PROJECT, *named(self._project, name, without_year(name))]
        unit = self._form.implementing_unit or self._form.supervising_department
        if unit is not None:
            lines.append(f"{start}{p.UNIT_OF}{self._things.organization(unit).term} .")
        self._shared.add(Thing(nt.iri(self._project), tuple(lines)))

    # -- targets and results --------------------------------------------------------------------

    def _map_target(self, target: Target, position: int, occurrence: int) -> None:
        iri = self._identity.target(self._iri, target.level2 or "", target.name, occurrence)
        start, things = about(iri), self._things
        value = self._values.stated(target.value)
        says = self._content[start] = [
            p.IS_TARGET,
            f"{p.LABEL}{nt.text(f'{target.name} {value.shown}'.strip(), 'zh')} .",
            self._in_form,
            f"{p.INDICATOR}{self._named(things.indicator(target.name))} .",
        ]
        if target.level1 is not None:
            level1 = things.heading(target.level1, 1, None)
            says.append(f"{p.LEVEL1}{self._named(level1)} .")
        if target.level2 is not None:
            level2 = things.heading(target.level2, 2, target.level1)
            says.append(f"{p.LEVEL2}{self._named(level2)} .")
        if self._of_project is not None:
            says.append(f"{p.OF_PROJECT}{self._of_project} .")
        says += (_at_position(position), *value.of_target)
        self._say_value(says, value)
        if target.weight is not None:
            says.append(f"{p.WEIGHT}{nt.decimal(target.weight)} .")
        self._map_provenance(start, target.location, target.repairs)
        if (target.actual, target.score, target.reason) != (None, None, None):
            self._map_result(iri, target)

    def _map_result(self, target_iri: str, target: Target) -> None:
        actual = self._values.stated(target.actual) if target.actual else None
        label = f"{target.name} 实际完成值 {actual.shown if actual else ''}".strip()
        says = self._content[about(self._identity.result(target_iri))] = [
            p.IS_RESULT,
            f"{p.LABEL}{nt.text(label, 'zh')} .",
            f"{p.RESULT_OF}{nt.iri(target_iri)} .",
            f"{p.REPORTED_IN}{self._term} .",
        ]
        if target.score is not None:
            says.append(f"{p.SCORE}{nt.decimal(target.score)} .")
        if target.reason:
            says.append(f"{p.REASON}{nt.text(target.reason, 'zh')} .")
        if actual is not None:
            self._say_value(says, actual)

    def _say_value(self, says: list[str], value: Stated) -> None:
        says += value.says
        self._shared.update(value.units)


@lru_cache(maxsize=_PLACES)
def _at_position(position: int) -> str:
    return f"{p.POSITION}{nt.typed(str(position), 'integer')} ."


@lru_cache(maxsize=_PLACES)
def _at_place(location: str) -> str:
    return f"{p.LOCATION}{nt.text(location)} ."


def _say_numbers(
    says: list[str], middles: Mapping[str, str], numbers: Iterable[Decimal | None]
) -> None:
    """State the numbers that a form gives, each under the predicate of its name."""
    for middle, number in zip(middles.values(), numbers, strict=True):
        if number is not None:
            says.append(f"{middle}{nt.decimal(number)} .")


def _sorted_lines(said: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the lines, sorted.

    To sort the subjects, and then what is said of each, takes far fewer and shorter comparisons
    than to sort whole lines, which begin alike.
    """
    return tuple([start + says for start in sorted(said) for says in sorted(said[start])])


def _sorted_once(things: Iterable[Thing]) -> tuple[str, ...]:
    """Return what is said of all things once each, sorted."""
    # Those of one thing are all but sorted: with the things in order little is left to sort.
    ordered = sorted(things, key=attrgetter("term"))
    return tuple(sorted(dict.fromkeys([line for thing in ordered for line in thing.lines])))
