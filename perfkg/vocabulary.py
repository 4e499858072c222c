"""The headings, units and codes of `ontology/`, as the reader and the mapper need them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from perfkg.errors import VocabularyError
from perfkg.identity import normalise
from perfkg.namespaces import DEFAULT_BASE, PK, QUDT, RDF, SKOS, UNIT
from perfkg.resources import ontology_folder
from perfkg.units import MULTIPLES, Unit, Units

CURRENT = "2021"
"""The version of the classification whose concepts the data points to."""
FORMER = "2015"
"""The version before, which has 成本指标 under 产出指标."""

_YUAN = f"{UNIT}CCY_CNY"
_BARE_NUMBER = f"{UNIT}NUM"
_POINTS = re.compile(r"(?:\(\d+(?:\.\d+)?[分%]?\)|\d+分)$")
_BRACKETS = re.compile(r"\([^()]*\)")
_SIMILAR = 0.74


@dataclass(frozen=True, slots=True)
class Heading:
    """A first- or second-level heading of the official classification.

    Attributes:
        iri: its concept. label: its official spelling. level: 1 or 2.
        version: the version of the classification it belongs to.
        parent: the official spelling of the first-level heading above it; None on level 1.
    """

    iri: str
    label: str
    level: int
    version: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Headings:
    """All headings by every spelling of theirs."""

    all: tuple[Heading, ...]
    by_spelling: dict[str, tuple[Heading, ...]]
    _parents: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for heading in self.all:
            if heading.parent is not None:
                found[heading.label][heading.parent] = None
        object.__setattr__(self, "_parents", {label: tuple(some) for label, some in found.items()})

    def find(self, text: str) -> tuple[Heading, ...]:
        """Return the headings spelled `text`, the current version first.

        What stands in brackets (产出指标（50分）, 产出（工作量）指标) does not count.
        """
        plain = normalise(text)
        found = self.by_spelling.get(plain)
        if found is None and plain.endswith((")", "分")):
            found = self.by_spelling.get(_POINTS.sub("", plain))
        if found is None and "(" in plain:
            found = self.by_spelling.get(_BRACKETS.sub("", plain))
        return found or ()

    def similar(self, text: str) -> tuple[Heading, ...]:
        """Return the headings of which `text` is a misprint in one or two signs, if one label is.

        Only texts that end in 指标 are taken for headings.
        """
        plain = normalise(text)
        if not plain.endswith("指标") or len(plain) < 4:
            return ()
        scores = {
            spelling: SequenceMatcher(None, plain, spelling).ratio()
            for spelling in self.by_spelling
            if spelling.endswith("指标") and len(spelling) == len(plain)
        }
        best = max(scores.values(), default=0.0)
        nearest = [spelling for spelling, score in scores.items() if score == best]
        if best < _SIMILAR or len({self.by_spelling[s][0].label for s in nearest}) != 1:
            return ()
        return self.by_spelling[nearest[0]]

    def parents(self, level2: str) -> tuple[str, ...]:
        """Return the first-level headings that `level2` may stand under, current version first."""
        return self._parents.get(level2, ())

    def only_child(self, level1: str) -> str | None:
        """Return the single second-level heading under `level1`, if there is just one."""
        children = {heading.label for heading in self.all if heading.parent == level1}
        return children.pop() if len(children) == 1 else None

    def iri(self, label: str, level: int, parent: str | None = None) -> str | None:
        """Return the concept for an official label.

        The current version is preferred; the former one serves where only it has the label
        at that level, or (成本指标 as a second level) below that parent.
        """
        fitting = [h for h in self.all if h.label == label and h.level == level]
        exact = [h for h in fitting if parent is None or h.parent == parent]
        return next((heading.iri for heading in exact or fitting), None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Headings, units and the codes of 项目性质 and 项目类别 (spelling → label and IRI)."""

    headings: Headings
    units: Units
    natures: dict[str, tuple[str, str]]
    categories: dict[str, tuple[str, str]]


class _Graph:
    """The few look-ups that are needed over the vocabulary files."""

    def __init__(self, folder: Path) -> None:
        self._objects: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        self._subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(folder.glob("*.ttl")):
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                subject, object_ = quad.subject, quad.object
                if not isinstance(subject, ox.NamedNode):
                    continue
                if isinstance(object_, ox.NamedNode | ox.Literal):
                    self._objects[subject.value, quad.predicate.value].append(object_)
                    self._subjects[quad.predicate.value, object_.value].append(subject.value)
        except (OSError, SyntaxError) as error:
            raise VocabularyError(
                f"词表文件有误：{error}", f"malformed vocabulary file: {error}", place=path.name
            ) from error

    def subjects(self, predicate: str, object_: str) -> list[str]:
        return sorted(self._subjects[predicate, object_])

    def value(self, subject: str, predicate: str) -> str | None:
        found = self._objects[subject, predicate]
        return found[0].value if found else None

    def values(self, subject: str, predicate: str) -> list[str]:
        return [term.value for term in self._objects[subject, predicate]]

    def zh(self, subject: str, *predicates: str) -> list[str]:
        return [
            term.value
            for predicate in predicates
            for term in self._objects[subject, predicate]
            if isinstance(term, ox.Literal) and term.language in ("zh", None)
        ]

    def label(self, subject: str) -> str:
        labels = self.zh(subject, f"{SKOS}prefLabel")
        if not labels:
            raise VocabularyError(
                f"概念 {subject} 没有中文 skos:prefLabel",
                f"the concept {subject} has no skos:prefLabel@zh",
            )
        return labels[0]

    def spellings(self, subject: str) -> list[str]:
        return self.zh(subject, f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel")


def _scheme(name: str) -> str:
    return f"{DEFAULT_BASE}scheme/{name}"


def _headings(graph: _Graph) -> Headings:
    found: list[Heading] = []
    spellings: dict[str, list[Heading]] = defaultdict(list)
    for version in (CURRENT, FORMER):
        for iri in graph.subjects(f"{SKOS}inScheme", _scheme(f"classification-{version}")):
            if f"{PK}IndicatorClass" not in graph.values(iri, f"{RDF}type"):
                continue
            broader = graph.value(iri, f"{SKOS}broader")
            parent = graph.label(broader) if broader else None
            level = 2 if broader else 1
            heading = Heading(iri, graph.label(iri), level, version, parent)
            found.append(heading)
            for spelling in map(normalise, graph.spellings(iri)):
                spellings[spelling].append(heading)
    return Headings(tuple(found), {text: tuple(all_) for text, all_ in spellings.items()})


def _units(graph: _Graph) -> Units:
    found: dict[str, Unit] = {}
    for iri in graph.subjects(f"{SKOS}inScheme", _scheme("units")):
        unit = _unit(graph, iri)
        found.update((normalise(spelling), unit) for spelling in graph.spellings(iri))
    return Units(found)


def _unit(graph: _Graph, iri: str) -> Unit:
    base = graph.value(iri, f"{QUDT}scalingOf")
    multiplier = graph.value(iri, f"{QUDT}conversionMultiplier")
    label = graph.label(iri)
    counts = f"{QUDT}CountingUnit" in graph.values(iri, f"{RDF}type")
    # 千克 and 公里 scale other units too, but nobody wants them turned into 克 and 米: only the
    # Chinese counting multiples and amounts of money are brought to their base.
    if base is None or multiplier is None or not (label[0] in MULTIPLES or base == _YUAN):
        return Unit(iri, label, is_measure_word=counts)
    bare = base == _BARE_NUMBER
    return Unit(iri, label, None if bare else graph.label(base), Decimal(multiplier), bare, counts)


def _codes(graph: _Graph, scheme: str) -> dict[str, tuple[str, str]]:
    codes: dict[str, tuple[str, str]] = {}
    for iri in graph.subjects(f"{SKOS}inScheme", _scheme(scheme)):
        label = graph.label(iri)
        codes.update((normalise(spelling), (label, iri)) for spelling in graph.spellings(iri))
    return codes


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabularies of `folder`.

    Raises:
        VocabularyError: when a file is malformed or a concept has no label.
    """
    graph = _Graph(folder)
    return Vocabulary(
        headings=_headings(graph),
        units=_units(graph),
        natures=_codes(graph, "project-natures"),
        categories=_codes(graph, "project-categories"),
    )


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabularies that ship with perfkg."""
    return read_vocabulary(ontology_folder())


@cache
def ontology_terms() -> frozenset[str]:
    """Return the IRIs of our own classes and properties."""
    quads = ox.parse(path=ontology_folder() / "perfkg.ttl", format=ox.RdfFormat.TURTLE)
    subjects = (quad.subject for quad in quads)
    return frozenset(
        subject.value
        for subject in subjects
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(PK)
    )


def spelled(labels: Iterable[str]) -> str:
    """Join labels for a message: 产出指标、效益指标."""
    return "、".join(labels)
