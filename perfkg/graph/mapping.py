"""From a Form to triples, as `ontology.md` of the design and `ontology/perfkg.ttl` say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from perfkg.forms.model import Comparator, Form, FormKind, Funds, PartialDate, Target, Value
from perfkg.graph import ntriples as nt
from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity, display_label, normalise, without_year
from perfkg.messages import Text
from perfkg.namespaces import (
    DCTERMS,
    FOAF,
    ODRL,
    ORG,
    PK,
    PROV,
    QUDT,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    UNIT,
)
from perfkg.readers.document import Document
from perfkg.units import Unit
from perfkg.vocabulary import Vocabulary, load_vocabulary

_TYPE = f"{RDF}type"
_LABEL = f"{RDFS}label"
_PREFERRED = f"{SKOS}prefLabel"
_ALTERNATIVE = f"{SKOS}altLabel"
_IN_SCHEME = f"{SKOS}inScheme"

_OPERATORS = {
    Comparator.EQ: f"{ODRL}eq",
    Comparator.GTEQ: f"{ODRL}gteq",
    Comparator.LTEQ: f"{ODRL}lteq",
    Comparator.GT: f"{ODRL}gt",
    Comparator.LT: f"{ODRL}lt",
}
_FORM_CLASSES = {FormKind.TARGET: "TargetForm", FormKind.SELF_EVALUATION: "SelfEvaluationForm"}
_FORM_NAMES = {FormKind.TARGET: "绩效目标申报表", FormKind.SELF_EVALUATION: "绩效自评表"}
_EXECUTION = {
    "initial_budget": "initialBudget",
    "adjusted_budget": "adjustedBudget",
    "executed_budget": "executedBudget",
    "rate": "executionRate",
    "weight": "executionWeight",
    "score": "executionScore",
}
_FUNDS = {
    "project_total": "projectTotal",
    "project_fiscal": "projectFiscal",
    "project_other": "projectOther",
    "annual_request": "annualRequest",
    "annual_appropriation": "annualAppropriation",
    "carried_over": "carriedOver",
    "annual_other": "annualOther",
}


@dataclass(slots=True)
class _Statements:
    """Collects the statements about one subject after the other."""

    lines: list[str] = field(default_factory=list)

    def say(self, subject: str, predicate: str, term: str | None) -> None:
        """Add one statement; nothing where the form says nothing."""
        if term is not None:
            self.lines.append(nt.statement(subject, predicate, term))

    def say_types(self, subject: str, types: Iterable[str]) -> None:
        """Add the classes of a subject."""
        for class_ in types:
            self.say(subject, _TYPE, nt.iri(class_))


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
        self._vocabulary = vocabulary or load_vocabulary()

    def map(self, form: Form, document: Document) -> FormGraph:
        """Return the triples of one form of `document`."""
        return _FormMapping(form, document, self._identity, self._vocabulary).graph()


class _FormMapping:
    """The mapping of one form."""

    def __init__(
        self, form: Form, document: Document, identity: Identity, vocabulary: Vocabulary
    ) -> None:
        self._form = form
        self._document = document
        self._identity = identity
        self._vocabulary = vocabulary
        self._content = _Statements()
        self._provenance = _Statements()
        self._shared = _Statements()
        unit = form.implementing_unit or form.supervising_department or ""
        # A form that states no project cannot be told from another by what it says, so it is
        # told by where it stands.
        name = form.project_name or f"{document.sha256} {form.location}"
        self._iri = identity.form(unit, name, form.fiscal_year, form.kind)
        self._project = identity.project(unit, name) if form.project_name else None

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
            content=tuple(sorted(set(self._content.lines))),
            provenance=tuple(sorted(set(self._provenance.lines))),
            shared=tuple(sorted(set(self._shared.lines))),
        )

    # -- the form -----------------------------------------------------------------------------

    def _map_document(self) -> str:
        iri = self._identity.document(self._document.sha256)
        say = self._shared.say
        self._shared.say_types(iri, (f"{PK}SourceDocument", f"{FOAF}Document"))
        say(iri, _LABEL, nt.text(self._document.name))
        say(iri, f"{SCHEMA}name", nt.text(self._document.name))
        say(iri, f"{SCHEMA}encodingFormat", nt.text(self._document.media_type))
        say(iri, f"{SCHEMA}sha256", nt.text(self._document.sha256))
        return iri

    def _map_form(self, document: str) -> None:
        form, iri, say = self._form, self._iri, self._content.say
        self._content.say_types(iri, (f"{PK}Form", PK + _FORM_CLASSES[form.kind]))
        parts = (form.project_name, _FORM_NAMES[form.kind], form.fiscal_year)
        say(iri, _LABEL, nt.text(" ".join(str(part) for part in parts if part), "zh"))
        say(iri, f"{DCTERMS}title", _zh(form.project_name))
        say(iri, f"{PK}project", self._map_project())
        say(iri, f"{PK}supervisingDepartment", self._map_organization(form.supervising_department))
        say(iri, f"{PK}implementingUnit", self._map_organization(form.implementing_unit))
        say(iri, f"{PK}projectNature", self._map_nature(form.project_nature))
        say(iri, f"{PK}projectCategory", self._map_category(form.project_category))
        if form.fiscal_year is not None:
            say(iri, f"{PK}fiscalYear", nt.typed(f"{form.fiscal_year:04d}", "gYear"))
            say(iri, f"{PK}year", nt.typed(str(form.fiscal_year), "integer"))
        self._map_dates(form.planned_start, form.planned_end)
        self._map_funds(form.funds)
        say(iri, f"{PK}longTermGoal", _zh(form.long_term_goal))
        say(iri, f"{PK}annualGoal", _zh(form.annual_goal))
        say(iri, f"{PK}achievedGoal", _zh(form.achieved_goal))
        self._map_execution(form)
        self._map_provenance(iri, form.location, form.repairs)
        self._provenance.say(iri, f"{PROV}hadPrimarySource", nt.iri(document))

    def _map_provenance(self, subject: str, location: str, repairs: Iterable[Text]) -> None:
        self._provenance.say(subject, f"{PK}sourceLocation", nt.text(location))
        for repair in repairs:
            self._provenance.say(subject, f"{PK}repair", nt.text(str(repair)))

    def _map_dates(self, start: PartialDate | None, end: PartialDate | None) -> None:
        for name, printed in (("plannedStart", start), ("plannedEnd", end)):
            if printed is None:
                continue
            day = printed.first_day() if printed is start else printed.last_day()
            self._content.say(self._iri, PK + name, nt.typed(day.isoformat(), "date"))
            if not printed.is_whole:
                note = Text(
                    f"日期只印到“{printed}”，取为 {day}",
                    f"the date is printed only as {printed} and was taken as {day}",
                )
                self._provenance.say(self._iri, f"{PK}repair", nt.text(str(note)))

    def _map_funds(self, funds: Funds) -> None:
        for name, predicate in _FUNDS.items():
            self._content.say(self._iri, PK + predicate, _decimal(getattr(funds, name)))

    def _map_execution(self, form: Form) -> None:
        for name, predicate in _EXECUTION.items():
            self._content.say(self._iri, PK + predicate, _decimal(getattr(form.execution, name)))
        self._content.say(self._iri, f"{PK}totalScore", _decimal(form.total_score))

    def _map_project(self) -> str | None:
        if self._project is None or self._form.project_name is None:
            return None
        say = self._shared.say
        self._shared.say_types(self._project, (f"{PK}Project",))
        self._name(self._project, self._form.project_name, without_year(self._form.project_name))
        unit = self._form.implementing_unit or self._form.supervising_department
        if unit is not None:
            say(
                self._project,
                f"{PK}implementingUnit",
                nt.iri(self._identity.organization(unit)),
            )
        return nt.iri(self._project)

    def _map_organization(self, name: str | None) -> str | None:
        if name is None:
            return None
        iri = self._identity.organization(name)
        self._shared.say_types(iri, (f"{ORG}FormalOrganization",))
        self._name(iri, name)
        return nt.iri(iri)

    def _name(self, subject: str, printed: str, name: str | None = None) -> None:
        """Label a shared thing the same for every spelling, and keep the spelling beside."""
        label = display_label(name or printed)
        say = self._shared.say
        say(subject, _PREFERRED, _zh(label))
        say(subject, _LABEL, _zh(label))
        if printed != label:
            say(subject, _ALTERNATIVE, _zh(printed))

    # -- concepts -----------------------------------------------------------------------------

    def _map_nature(self, label: str | None) -> str | None:
        minted = self._identity.project_nature(label or "")
        return self._map_code(label, minted, "project-natures", self._vocabulary.natures)

    def _map_category(self, label: str | None) -> str | None:
        minted = self._identity.project_category(label or "")
        return self._map_code(label, minted, "project-categories", self._vocabulary.categories)

    def _map_code(
        self, label: str | None, minted: str, scheme: str, known: dict[str, tuple[str, str]]
    ) -> str | None:
        """Return the code of the vocabulary, or a new concept for a code never seen."""
        if label is None:
            return None
        if normalise(label) in known:
            return nt.iri(known[normalise(label)][1])
        self._map_concept(minted, label, (f"{SKOS}Concept",), scheme)
        return nt.iri(minted)

    def _map_concept(
        self, iri: str, label: str, types: Iterable[str], scheme: str | None = None
    ) -> None:
        self._shared.say_types(iri, types)
        self._name(iri, label)
        if scheme is not None:
            self._shared.say(iri, _IN_SCHEME, nt.iri(self._identity.scheme(scheme)))

    def _map_heading(self, label: str | None, level: int, parent: str | None) -> str | None:
        if label is None:
            return None
        known = self._vocabulary.headings.iri(label, level, parent)
        if known is None:
            known = self._identity.indicator_class("", label)
            self._map_concept(known, label, (f"{PK}IndicatorClass", f"{SKOS}Concept"))
        return nt.iri(known)

    def _map_indicator(self, name: str) -> str:
        iri = self._identity.indicator(name)
        self._map_concept(iri, name, (f"{PK}Indicator", f"{SKOS}Concept"), "indicators")
        return nt.iri(iri)

    def _map_unit(self, label: str | None) -> str | None:
        if label is None:
            return None
        unit = self._vocabulary.units.read(label)
        if unit.iri is not None:
            return nt.iri(unit.iri)
        iri = self._identity.unit(unit.label)
        self._map_concept(iri, unit.label, (f"{QUDT}Unit", f"{SKOS}Concept"), "units")
        if unit.base is not None:
            self._shared.say(iri, f"{QUDT}scalingOf", self._map_unit(unit.base))
            self._shared.say(iri, f"{QUDT}conversionMultiplier", nt.decimal(unit.multiplier))
        return nt.iri(iri)

    def _map_base(self, value: Value) -> str | None:
        """Return the base unit; for a unit that only multiplies (万) it is a bare number."""
        if value.unit is None:
            return None
        unit: Unit = self._vocabulary.units.read(value.unit)
        return (
            nt.iri(f"{UNIT}NUM") if unit.counts_nothing else self._map_unit(value.normalized_unit)
        )

    # -- targets and results --------------------------------------------------------------------

    def _map_target(self, target: Target, position: int, occurrence: int) -> None:
        iri = self._identity.target(self._iri, target.level2 or "", target.name, occurrence)
        say = self._content.say
        classes = [f"{PK}Target"]
        if target.value.number is not None:
            classes.append(f"{PK}QuantitativeTarget")
        elif target.value.text is not None:
            classes.append(f"{PK}QualitativeTarget")
        self._content.say_types(iri, classes)
        say(iri, _LABEL, _zh(f"{target.name} {_shown(target.value)}".strip()))
        say(iri, f"{PK}inForm", nt.iri(self._iri))
        say(iri, f"{PK}ofProject", nt.iri(self._project) if self._project else None)
        say(iri, f"{PK}indicator", self._map_indicator(target.name))
        say(iri, f"{PK}level1", self._map_heading(target.level1, 1, None))
        say(iri, f"{PK}level2", self._map_heading(target.level2, 2, target.level1))
        say(iri, f"{PK}position", nt.typed(str(position), "integer"))
        say(iri, f"{PK}targetText", _zh(target.value.text))
        say(iri, f"{PK}weight", _decimal(target.weight))
        if target.value.comparator is not None:
            say(iri, f"{PK}comparator", nt.iri(_OPERATORS[target.value.comparator]))
        self._map_value(iri, target.value)
        self._map_provenance(iri, target.location, target.repairs)
        if (target.actual, target.score, target.reason) != (None, None, None):
            self._map_result(iri, target)

    def _map_result(self, target_iri: str, target: Target) -> None:
        iri = self._identity.result(target_iri)
        say = self._content.say
        self._content.say_types(iri, (f"{PK}Result",))
        say(iri, f"{PK}resultOf", nt.iri(target_iri))
        say(iri, f"{PK}reportedIn", nt.iri(self._iri))
        say(iri, f"{PK}score", _decimal(target.score))
        say(iri, f"{PK}deviationReason", _zh(target.reason))
        shown = _shown(target.actual) if target.actual else ""
        say(iri, _LABEL, _zh(f"{target.name} 实际完成值 {shown}".strip()))
        if target.actual is not None:
            self._map_value(iri, target.actual)

    def _map_value(self, subject: str, value: Value) -> None:
        say = self._content.say
        say(subject, f"{PK}rawText", nt.text(value.raw))
        if value.number is None:
            return
        say(subject, f"{PK}value", nt.decimal(value.number))
        say(subject, f"{PK}unit", self._map_unit(value.unit))
        say(subject, f"{PK}normalizedValue", _decimal(value.normalized_number))
        say(subject, f"{PK}normalizedUnit", self._map_base(value))


def _zh(value: str | None) -> str | None:
    return nt.text(value, "zh") if value else None


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else nt.decimal(value)


def _shown(value: Value) -> str:
    """Return the value as a label shows it: without markup, `≥98%`."""
    if value.number is None:
        return value.text or ""
    sign = {Comparator.GTEQ: "≥", Comparator.LTEQ: "≤"}.get(
        value.comparator or Comparator.EQ, value.comparator or ""
    )
    plain = format(value.number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{sign}{plain}{value.unit or ''}"
