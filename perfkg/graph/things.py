"""The things that many forms name: organisations, indicators, headings, units and codes.

What is said of such a thing follows from its name alone, and the same few thousand names come back
all the time, so that the lines about the latest of them are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from perfkg.graph import ntriples as nt
from perfkg.graph import properties as p
from perfkg.graph.ntriples import about, predicate
from perfkg.identity import Identity, display_label, normalise
from perfkg.namespaces import ORG, PK, QUDT, SKOS, UNIT
from perfkg.vocabulary import Vocabulary

_MANY: Final = 8192
_FEW: Final = 1024
"""Names that are remembered; each holds about a kilobyte."""

_PREFERRED: Final = predicate(f"{SKOS}prefLabel")
_ALTERNATIVE: Final = predicate(f"{SKOS}altLabel")
_IN_SCHEME: Final = predicate(f"{SKOS}inScheme")
_SCALING_OF: Final = predicate(f"{QUDT}scalingOf")
_MULTIPLIER: Final = predicate(f"{QUDT}conversionMultiplier")
_CONCEPT: Final = nt.iri(f"{SKOS}Concept")


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A thing that forms name, by one of the spellings that they use.

    Attributes:
        term: its IRI as a term.
        lines: the statements about it, and about what they name, that a form brings along; none
            for a concept of the vocabulary.
    """

    term: str
    lines: tuple[str, ...] = ()


class Things:
    """Finds the thing that a printed name stands for, or makes it.

    Args:
        identity: mints the IRIs of those that the vocabulary lacks.
        vocabulary: gives the concepts of headings, units and codes.
    """

    def __init__(self, identity: Identity, vocabulary: Vocabulary) -> None:
        """Remember nothing yet."""
        self._identity = identity
        self._vocabulary = vocabulary
        self.organization = lru_cache(_FEW)(self._organization)
        self.indicator = lru_cache(_MANY)(self._indicator)
        self.heading = lru_cache(_FEW)(self._heading)
        self.unit = lru_cache(_FEW)(self._unit)
        self.base_unit = lru_cache(_FEW)(self._base_unit)
        self.nature = lru_cache(_FEW)(self._nature)
        self.category = lru_cache(_FEW)(self._category)

    def _organization(self, name: str) -> Thing:
        """Return a department or unit."""
        iri = self._identity.organization(name)
        return Thing(nt.iri(iri), (_is(iri, f"{ORG}FormalOrganization"), *named(iri, name)))

    def _indicator(self, name: str) -> Thing:
        """Return a third-level indicator."""
        iri = self._identity.indicator(name)
        return self._concept(iri, name, f"{PK}Indicator", "indicators")

    def _heading(self, label: str, level: int, parent: str | None) -> Thing:
        """Return a first- or second-level heading; see `Headings.iri`."""
        known = self._vocabulary.headings.iri(label, level, parent)
        if known is not None:
            return Thing(nt.iri(known))
        return self._concept(
            self._identity.indicator_class("", label), label, f"{PK}IndicatorClass"
        )

    def _unit(self, label: str) -> Thing:
        """Return a unit of measure, with the one that it scales."""
        unit = self._vocabulary.units.read(label)
        if unit.iri is not None:
            return Thing(nt.iri(unit.iri))
        iri = self._identity.unit(unit.label)
        made = self._concept(iri, unit.label, f"{QUDT}Unit", "units")
        if unit.base is None:
            return made
        base = self._unit(unit.base)
        scaling = (
            f"{about(iri)}{_SCALING_OF}{base.term} .",
            f"{about(iri)}{_MULTIPLIER}{nt.decimal(unit.multiplier)} .",
        )
        return Thing(made.term, (*made.lines, *scaling, *base.lines))

    def _base_unit(self, unit: str, base: str | None) -> Thing | None:
        """Return what a unit is counted in; for one that only multiplies (万) a bare number.

        Args:
            unit: as printed. base: the unit to which its numbers were brought.
        """
        if self._vocabulary.units.read(unit).counts_nothing:
            return _BARE_NUMBER
        return None if base is None else self._unit(base)

    def _nature(self, label: str) -> Thing:
        """Return a code of 项目性质."""
        known, mint = self._vocabulary.natures, self._identity.project_nature
        return self._code(label, known, mint, "project-natures")

    def _category(self, label: str) -> Thing:
        """Return a code of 项目类别."""
        known, mint = self._vocabulary.categories, self._identity.project_category
        return self._code(label, known, mint, "project-categories")

    def _code(
        self,
        label: str,
        known: Mapping[str, tuple[str, str]],
        mint: Callable[[str], str],
        scheme: str,
    ) -> Thing:
        """Return the code of the vocabulary, or a new concept for a code never seen."""
        found = known.get(normalise(label))
        if found is not None:
            return Thing(nt.iri(found[1]))
        return self._concept(mint(label), label, None, scheme)

    def _concept(
        self, iri: str, label: str, class_: str | None, scheme: str | None = None
    ) -> Thing:
        """Return a new concept with its class, its label and its scheme."""
        lines = [f"{about(iri)}{p.TYPE}{_CONCEPT} .", *named(iri, label)]
        if class_ is not None:
            lines.append(_is(iri, class_))
        if scheme is not None:
            lines.append(f"{about(iri)}{_IN_SCHEME}{nt.iri(self._identity.scheme(scheme))} .")
        return Thing(nt.iri(iri), tuple(lines))


def named(subject: str, printed: str, name: str | None = None) -> Iterator[str]:
    """Yield labels that are the same for every spelling, and the printed spelling if it differs.

    Args:
        subject: IRI of the thing. printed: how the form spells it; nothing is said of no sign.
        name: what the label is made of, if it is not the printed one.
    """
    label = display_label(name or printed)
    if label:
        yield f"{about(subject)}{_PREFERRED}{nt.text(label, 'zh')} ."
        yield f"{about(subject)}{p.LABEL}{nt.text(label, 'zh')} ."
    if printed and printed != label:
        yield f"{about(subject)}{_ALTERNATIVE}{nt.text(printed, 'zh')} ."


def _is(subject: str, class_: str) -> str:
    return f"{about(subject)}{p.TYPE}{nt.iri(class_)} ."


_BARE_NUMBER: Final = Thing(nt.iri(f"{UNIT}NUM"))
