"""What lists, searches and counts need of one generation: its forms, names and findings.

Ten thousand forms are a few megabytes. The alternative, to ask the store for each page, costs
seconds where a list joins half a dozen properties of every form. Each part is asked for when a
page first needs it, by scans of one property each, which an engine answers fastest.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from perfkg.messages import Text
from perfkg.namespaces import PK, SH
from perfkg.server.browse import asking
from perfkg.store.base import Store
from perfkg.validation.findings import SEVERITIES

T = TypeVar("T")

_FORM: Final = "SELECT ?form ?kind { ?form a pk:Form . ?form a ?kind FILTER(?kind != pk:Form) }"
_PROPERTY: Final = "SELECT ?form ?value {{ ?form {} ?value }}"
_NAMES: Final = "SELECT ?thing ?name (LANG(?name) AS ?language) { ?thing skos:prefLabel ?name }"
_USES: Final = """SELECT ?indicator (COUNT(*) AS ?uses) {
  ?target a pk:Target ; pk:indicator ?indicator } GROUP BY ?indicator"""
_TARGETS: Final = """SELECT ?numbers ?words {
  { SELECT (COUNT(?target) AS ?numbers) { ?target a pk:QuantitativeTarget } }
  { SELECT (COUNT(?target) AS ?words) { ?target a pk:QualitativeTarget } }
}"""
_IN_REVIEW: Final = "SELECT ?finding ?value {{ GRAPH <{}> {{ ?finding {} ?value }} }}"
_REPORT: Final = "SELECT ?report {{ GRAPH <{}> {{ ?report a sh:ValidationReport }} }} LIMIT 1"


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form as lists show it.

    Attributes:
        iri: of the form. title: 项目名称. is_evaluation: whether it is a 绩效自评表.
        year: 预算年度. request: 年度资金申请总额, yuan. None: the form does not say.
        project, department, unit, nature: IRIs, "" where the form states none.
    """

    iri: str
    title: str
    is_evaluation: bool
    year: int | None
    request: Decimal | None
    project: str
    department: str
    unit: str
    nature: str


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding as the board counts it: IRI, rule, severity by rank, forms that it is about."""

    iri: str
    rule: str
    rank: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The forms of one thing: a project, a department, a unit."""

    iri: str
    forms: tuple[FormEntry, ...]

    @property
    def years(self) -> list[int]:
        """The fiscal years, the latest first."""
        return sorted({form.year for form in self.forms if form.year is not None}, reverse=True)

    @property
    def projects(self) -> set[str]:
        """IRIs of the projects."""
        return {form.project for form in self.forms if form.project}

    @property
    def money(self) -> Decimal | None:
        """What is requested for all years."""
        return money(self.forms)


def money(forms: Iterable[FormEntry]) -> Decimal | None:
    """Sum the annual requests; None where no form states one.

    A project and year that have both a form and its self-evaluation count once, by the form.
    """
    found: dict[tuple[str, int | None], tuple[bool, Decimal]] = {}
    for form in forms:
        if form.request is not None:
            key, known = (form.project or form.iri, form.year), (form.is_evaluation, form.request)
            found[key] = min(found.get(key, known), known)
    return sum((amount for _, amount in found.values()), Decimal()) if found else None


class Directory:
    """What is known of one generation; safe for several threads.

    Args:
        store: is asked through its pool of queries.
        validation: IRI of the graph of findings.
    """

    def __init__(self, store: Store, validation: str) -> None:
        """Know nothing yet."""
        self._store = store
        self._validation = validation
        self._parts: dict[str, Any] = {}
        self._lock = threading.RLock()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return a part or a page, made when it is first asked for."""
        with self._lock:
            if name not in self._parts:
                self._parts[name] = make()
            found: T = self._parts[name]
            return found

    # -- names --------------------------------------------------------------------------------

    @property
    def names(self) -> Mapping[str, Text]:
        """What each project, organisation, indicator and code is called."""
        return self.once("names", self._read_names)

    def name(self, iri: str) -> Text:
        """Return what a thing is called; the end of its IRI where it has no name."""
        tail = iri.rpartition("/")[2].rpartition("#")[2]
        return self.names.get(iri) or Text(tail, tail)

    def _read_names(self) -> dict[str, Text]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for thing, name, language in self._texts(_NAMES):
            found[thing][language] = min(name, found[thing].get(language, name))
        return {thing: _text(names) for thing, names in found.items()}

    # -- forms --------------------------------------------------------------------------------

    @property
    def forms(self) -> Mapping[str, FormEntry]:
        """The forms by IRI, the latest first, then by title."""
        return self.once("forms", self._read_forms)

    @property
    def projects(self) -> Mapping[str, Group]:
        """The projects by IRI, those with most money first."""
        return self.once("projects", lambda: self._grouped(lambda form: [form.project]))

    @property
    def organizations(self) -> Mapping[str, Group]:
        """Departments and units by IRI, those with most money first."""
        return self.once(
            "organizations", lambda: self._grouped(lambda form: {form.department, form.unit})
        )

    @property
    def indicators(self) -> Mapping[str, int]:
        """How many rows use each indicator, by IRI, the most used first."""
        return self.once("indicators", self._read_indicators)

    @property
    def targets(self) -> tuple[int, int]:
        """How many targets are numbers and how many are words."""
        return self.once("targets", self._count_targets)

    def _read_forms(self) -> dict[str, FormEntry]:
        kinds = dict(self._pairs(_FORM))
        title, year, request, project, department, unit, nature = (
            dict(self._pairs(_PROPERTY.format(name)))
            for name in (
                "dcterms:title",
                "pk:year",
                "pk:annualRequest",
                "pk:project",
                "pk:supervisingDepartment",
                "pk:implementingUnit",
                "pk:projectNature",
            )
        )
        entries = [
            FormEntry(
                iri=iri,
                title=title.get(iri, ""),
                is_evaluation=kind == f"{PK}SelfEvaluationForm",
                year=int(year[iri]) if iri in year else None,
                request=Decimal(request[iri]) if iri in request else None,
                project=project.get(iri, ""),
                department=department.get(iri, ""),
                unit=unit.get(iri, ""),
                nature=nature.get(iri, ""),
            )
            for iri, kind in kinds.items()
        ]
        entries.sort(key=lambda form: (-(form.year or 0), form.title, form.iri))
        return {form.iri: form for form in entries}

    def _grouped(self, of: Callable[[FormEntry], Iterable[str]]) -> dict[str, Group]:
        found: dict[str, list[FormEntry]] = defaultdict(list)
        for form in self.forms.values():
            for iri in of(form):
                if iri:
                    found[iri].append(form)
        groups = [Group(iri, tuple(forms)) for iri, forms in found.items()]
        groups.sort(key=lambda group: (-(group.money or 0), self.name(group.iri).zh, group.iri))
        return {group.iri: group for group in groups}

    def _read_indicators(self) -> dict[str, int]:
        uses = [(iri, int(count)) for iri, count in self._pairs(_USES)]
        uses.sort(key=lambda item: (-item[1], self.name(item[0]).zh, item[0]))
        return dict(uses)

    def _count_targets(self) -> tuple[int, int]:
        ((numbers, words),) = self._pairs(_TARGETS)
        return int(numbers), int(words)

    # -- findings -----------------------------------------------------------------------------

    @property
    def is_validated(self) -> bool:
        """Whether the store holds a review, be it one that found nothing."""
        return self.once("validated", lambda: bool(self._texts(_REPORT.format(self._validation))))

    @property
    def findings(self) -> Sequence[FindingEntry]:
        """Every finding, the gravest first."""
        return self.once("findings", self._read_findings)

    @property
    def findings_of(self) -> Mapping[str, tuple[int, ...]]:
        """For each form how many findings of each severity it has."""
        return self.once("findings_of", lambda: {f: self._counted(n) for f, n in self._at.items()})

    def severities(self, forms: Iterable[FormEntry]) -> tuple[int, ...]:
        """Return how many findings of each severity some forms have together.

        One that is about several of them counts once.
        """
        return self._counted({number for form in forms for number in self._at.get(form.iri, ())})

    @property
    def _at(self) -> Mapping[str, list[int]]:
        """For each form the numbers of its findings."""
        return self.once("at", self._place_findings)

    def _place_findings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, finding in enumerate(self.findings):
            for form in finding.forms:
                found[form].append(number)
        return found

    def _counted(self, numbers: Iterable[int]) -> tuple[int, ...]:
        ranks = Counter(self.findings[number].rank for number in numbers)
        return tuple(ranks[rank] for rank in range(len(SEVERITIES)))

    def _read_findings(self) -> list[FindingEntry]:
        if not self.is_validated:
            return []
        ranks = {f"{SH}{name}": rank for rank, name in enumerate(SEVERITIES)}
        severities = dict(self._review("sh:resultSeverity"))
        forms: dict[str, list[str]] = defaultdict(list)
        for finding, form in self._review("prov:wasDerivedFrom"):
            forms[finding].append(form)
        shared: dict[str, str] = {}
        found = [
            FindingEntry(
                finding,
                shared.setdefault(rule, rule),
                ranks.get(severities.get(finding, ""), 0),
                tuple(sorted(forms.get(finding, ()))),
            )
            for finding, rule in self._review("sh:sourceShape")
        ]
        return sorted(found, key=lambda entry: (entry.rank, entry.rule, entry.forms, entry.iri))

    def _review(self, name: str) -> Iterator[tuple[str, str]]:
        return self._pairs(_IN_REVIEW.format(self._validation, name))

    # -- asking -------------------------------------------------------------------------------

    def _texts(self, text: str) -> list[tuple[str, ...]]:
        return asking.texts(self._store, text, asking.SCAN_SECONDS)

    def _pairs(self, text: str) -> Iterator[tuple[str, str]]:
        return ((first, second) for first, second in self._texts(text))


def wanted(text: str) -> str:
    """Return what is looked for in names: capital letters and full-width signs do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def holds(name: Text, looked_for: str) -> bool:
    """Whether a name has `looked_for`, which `wanted` made, as a part."""
    return looked_for in wanted(name.zh) or (name.en != name.zh and looked_for in wanted(name.en))


def _text(names: Mapping[str, str]) -> Text:
    some = names[min(names)]
    zh = names.get("zh") or names.get("") or some
    return Text(zh, names.get("en") or zh)
