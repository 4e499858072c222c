"""From a Form to triples, as `ontology.md` of the design and `ontology/perfkg.ttl` say.

The lines are put together from parts that are made once: a line for each statement, with no object
for a term, is what makes the mapping fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from perfkg.forms.model import Comparator, Form, FormKind, PartialDate, Target, Value
from perfkg.graph import ntriples as nt
from perfkg.graph import properties as p
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.ntriples import about
from perfkg.graph.things import Thing, Things, named
from perfkg.identity import Identity, normalise, without_year
from perfkg.messages import Text
from perfkg.namespaces import ODRL
from perfkg.readers.document import Document
from perfkg.vocabulary import Vocabulary, load_vocabulary

_OPERATORS: Final = {
    Comparator.EQ: nt.iri(f"{ODRL}eq"),
    Comparator.GTEQ: nt.iri(f"{ODRL}gteq"),
    Comparator.LTEQ: nt.iri(f"{ODRL}lteq"),
    Comparator.GT: nt.iri(f"{ODRL}gt"),
    Comparator.LT: nt.iri(f"{ODRL}lt"),
}
_SIGNS: Final = {None: "", Comparator.GTEQ: "≥", Comparator.LTEQ: "≤"}
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

    def map(self, form: Form, document: Document) -> FormGraph:
        """Return the triples of one form of `document`."""
        return _FormMapping(form, document, self._identity, self._things).graph()


class _FormMapping:
    """The mapping of one form."""

    def __init__(self, form: Form, document: Document, identity: Identity, things: Things) -> None:
        self._form = form
        self._document = document
        self._identity = identity
        self._things = things
        self._content: list[str] = []
        self._provenance: list[str] = []
        self._shared: set[str] = set()
        unit = form.implementing_unit or form.supervising_department or ""
        # A form that states no project cannot be told from another by what it says, so it is
        # told by where it stands.
        name = form.project_name or f"{document.sha256} {form.location}"
        self._iri = identity.form(unit, name, form.fiscal_year, form.kind)
        self._term = nt.iri(self._iri)
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
            content=tuple(sorted(set(self._content))),
            provenance=tuple(sorted(set(self._provenance))),
            shared=tuple(sorted(self._shared)),
        )

    def _say(self, start: str, middle: str, term: str | None) -> None:
        """State something of the content; nothing where the form says nothing."""
        if term is not None:
            self._content.append(f"{start}{middle}{term} .")

    def _named(self, thing: Thing | None) -> str | None:
        """Return the term of a thing, and bring along what is said of it."""
        if thing is None:
            return None
        if thing.lines:
            self._shared.update(thing.lines)
        return thing.term

    # -- the form -----------------------------------------------------------------------------

    def _map_document(self) -> str:
        iri = self._identity.document(self._document.sha256)
        start, name = about(iri), nt.text(self._document.name)
        self._shared.update(start + class_ for class_ in p.IS_DOCUMENT)
        self._shared.add(f"{start}{p.LABEL}{name} .")
        self._shared.add(f"{start}{p.NAME}{name} .")
        self._shared.add(f"{start}{p.FORMAT}{nt.text(self._document.media_type)} .")
        self._shared.add(f"{start}{p.SHA256}{nt.text(self._document.sha256)} .")
        return iri

    def _map_form(self, document: str) -> None:
        form, start, say = self._form, about(self._iri), self._say
        self._content += [start + class_ for class_ in p.IS_FORM[form.kind]]
        parts = (form.project_name, _FORM_NAMES[form.kind], form.fiscal_year)
        say(start, p.LABEL, nt.text(" ".join(str(part) for part in parts if part), "zh"))
        say(start, p.TITLE, _zh(form.project_name))
        self._map_belonging(start)
        if form.fiscal_year is not None:
            say(start, p.FISCAL_YEAR, nt.typed(f"{form.fiscal_year:04d}", "gYear"))
            say(start, p.YEAR, nt.typed(str(form.fiscal_year), "integer"))
        self._map_date(start, p.START, form.planned_start, is_start=True)
        self._map_date(start, p.END, form.planned_end, is_start=False)
        for name, middle in p.FUNDS.items():
            say(start, middle, _decimal(getattr(form.funds, name)))
        say(start, p.LONG_TERM, _zh(form.long_term_goal))
        say(start, p.ANNUAL, _zh(form.annual_goal))
        say(start, p.ACHIEVED, _zh(form.achieved_goal))
        for name, middle in p.EXECUTION.items():
            say(start, middle, _decimal(getattr(form.execution, name)))
        say(start, p.TOTAL, _decimal(form.total_score))
        self._map_provenance(start, form.location, form.repairs)
        self._provenance.append(f"{start}{p.SOURCE}{nt.iri(document)} .")

    def _map_belonging(self, start: str) -> None:
        """State whose form it is and of what kind its project is."""
        form, things = self._form, self._things
        self._map_project()
        self._say(start, p.PROJECT, self._of_project)
        for middle, name, find in (
            (p.DEPARTMENT, form.supervising_department, things.organization),
            (p.UNIT_OF, form.implementing_unit, things.organization),
            (p.NATURE, form.project_nature, things.nature),
            (p.CATEGORY, form.project_category, things.category),
        ):
            if name is not None:
                self._say(start, middle, self._named(find(name)))

    def _map_provenance(self, start: str, location: str, repairs: Iterable[Text]) -> None:
        self._provenance.append(f"{start}{p.LOCATION}{nt.text(location)} .")
        for repair in repairs:
            self._provenance.append(f"{start}{p.REPAIR}{nt.text(str(repair))} .")

    def _map_date(
        self, start: str, middle: str, printed: PartialDate | None, *, is_start: bool
    ) -> None:
        if printed is None:
            return
        day = printed.first_day() if is_start else printed.last_day()
        self._say(start, middle, nt.typed(day.isoformat(), "date"))
        if not printed.is_whole:
            note = Text(
                f"日期只印到“{printed}”，取为 {day}",
                f"the date is printed only as {printed} and was taken as {day}",
            )
            self._provenance.append(f"{start}{p.REPAIR}{nt.text(str(note))} .")

    def _map_project(self) -> None:
        if self._project is None or self._form.project_name is None:
            return
        start, name = about(self._project), self._form.project_name
        self._shared.add(start + p.IS_PROJECT)
        self._shared.update(named(self._project, name, without_year(name)))
        unit = self._form.implementing_unit or self._form.supervising_department
        if unit is not None:
            self._shared.add(f"{start}{p.UNIT_OF}{self._things.organization(unit).term} .")

    # -- targets and results --------------------------------------------------------------------

    def _map_target(self, target: Target, position: int, occurrence: int) -> None:
        iri = self._identity.target(self._iri, target.level2 or "", target.name, occurrence)
        start, things, value = about(iri), self._things, target.value
        add, say = self._content.append, self._say
        add(start + p.IS_TARGET)
        if value.number is not None:
            add(start + p.IS_QUANTITATIVE)
        elif value.text is not None:
            add(start + p.IS_QUALITATIVE)
        say(start, p.LABEL, _zh(f"{target.name} {_shown(value)}".strip()))
        add(f"{start}{p.IN_FORM}{self._term} .")
        say(start, p.OF_PROJECT, self._of_project)
        add(f"{start}{p.INDICATOR}{self._named(things.indicator(target.name))} .")
        if target.level1 is not None:
            level1 = things.heading(target.level1, 1, None)
            add(f"{start}{p.LEVEL1}{self._named(level1)} .")
        if target.level2 is not None:
            level2 = things.heading(target.level2, 2, target.level1)
            add(f"{start}{p.LEVEL2}{self._named(level2)} .")
        add(f"{start}{p.POSITION}{nt.typed(str(position), 'integer')} .")
        say(start, p.TARGET_TEXT, _zh(value.text))
        say(start, p.WEIGHT, _decimal(target.weight))
        if value.comparator is not None:
            add(f"{start}{p.COMPARATOR}{_OPERATORS[value.comparator]} .")
        self._map_value(start, value)
        self._map_provenance(start, target.location, target.repairs)
        if (target.actual, target.score, target.reason) != (None, None, None):
            self._map_result(iri, target)

    def _map_result(self, target_iri: str, target: Target) -> None:
        start = about(self._identity.result(target_iri))
        add, say = self._content.append, self._say
        add(start + p.IS_RESULT)
        add(f"{start}{p.RESULT_OF}{nt.iri(target_iri)} .")
        add(f"{start}{p.REPORTED_IN}{self._term} .")
        say(start, p.SCORE, _decimal(target.score))
        say(start, p.REASON, _zh(target.reason))
        shown = _shown(target.actual) if target.actual else ""
        say(start, p.LABEL, _zh(f"{target.name} 实际完成值 {shown}".strip()))
        if target.actual is not None:
            self._map_value(start, target.actual)

    def _map_value(self, start: str, value: Value) -> None:
        add = self._content.append
        add(f"{start}{p.RAW}{nt.text(value.raw)} .")
        if value.number is None:
            return
        add(f"{start}{p.VALUE}{nt.decimal(value.number)} .")
        self._say(start, p.NORMALIZED, _decimal(value.normalized_number))
        if value.unit is not None:
            base = self._things.base_unit(value.unit, value.normalized_unit)
            add(f"{start}{p.UNIT}{self._named(self._things.unit(value.unit))} .")
            self._say(start, p.NORMALIZED_UNIT, self._named(base))


def _zh(value: str | None) -> str | None:
    return nt.text(value, "zh") if value else None


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else nt.decimal(value)


def _shown(value: Value) -> str:
    """Return the value as a label shows it: without markup, `≥98%`."""
    if value.number is None:
        return value.text or ""
    sign = _SIGNS.get(value.comparator, value.comparator)
    plain = format(value.number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{sign}{plain}{value.unit or ''}"
