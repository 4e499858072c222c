"""The terms that the editor completes: our ontology, and the concepts of our vocabularies."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from perfkg.namespaces import OWL, PREFIXES, RDF, RDFS, SKOS
from perfkg.resources import ontology_folder

_KINDS: Final = {
    f"{OWL}Class": "class",
    f"{OWL}ObjectProperty": "property",
    f"{OWL}DatatypeProperty": "property",
    f"{OWL}AnnotationProperty": "property",
    f"{RDF}Property": "property",
    f"{SKOS}Concept": "concept",
    f"{SKOS}ConceptScheme": "concept",
}
_LABELS: Final = (f"{SKOS}prefLabel", f"{RDFS}label")
_OTHER: Final = (f"{SKOS}altLabel", f"{SKOS}hiddenLabel")
_LOCAL: Final = re.compile(r"[\w](?:[\w-]*[\w])?")
"""Local names that need no escape in a prefixed name."""

_BORROWED: Final = (
    (f"{RDF}type", "property", "类型", "type"),
    (f"{RDFS}label", "property", "标签", "label"),
    (f"{SKOS}prefLabel", "property", "首选名称", "preferred label"),
    (f"{SKOS}altLabel", "property", "别名", "alternative label"),
    (f"{SKOS}definition", "property", "定义", "definition"),
    (f"{SKOS}broader", "property", "上位概念", "broader concept"),
    (f"{SKOS}narrower", "property", "下位概念", "narrower concept"),
    (f"{SKOS}inScheme", "property", "所属概念体系", "in scheme"),
    (f"{SKOS}notation", "property", "代码", "notation"),
)
"""Terms of other vocabularies that questions to this graph cannot do without."""

_Values = dict[str, list[ox.Literal | ox.NamedNode]]


@cache
def terms_json() -> bytes:
    """Return the terms as the JSON document that the editor reads.

    Each has `iri`, `kind` (class, property or concept), `name` (the prefixed name, null where
    none can be written), `zh` and `en` (labels, null where there is none; one that several terms
    have, with the scheme of each), `other` (spellings).
    """
    document = {"terms": list(read_terms(ontology_folder()))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_terms(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the terms of the files in `folder`, each once, after those of other vocabularies."""
    for iri, kind, zh, en in _BORROWED:
        yield _told(iri, kind, zh, en, [])
    subjects = _subjects(folder)
    kinds = {iri: known for iri, values in subjects.items() if (known := _kind(values))}
    shared = Counter(_label(subjects[iri], "zh") for iri in kinds)
    for iri, its_kind in sorted(kinds.items()):
        values = subjects[iri]
        labels = {language: _label(values, language) for language in ("zh", "en")}
        other = [term.value for predicate in _OTHER for term in values[predicate]]
        if shared[labels["zh"]] > 1:
            other = [*(label for label in labels.values() if label), *other]
            labels = {to: _placed(label, values, subjects, to) for to, label in labels.items()}
        yield _told(iri, its_kind, labels["zh"], labels["en"], other)


def _kind(values: _Values) -> str | None:
    known = (_KINDS.get(term.value) for term in values[f"{RDF}type"])
    return next((kind for kind in known if kind is not None), None)


def _placed(
    label: str | None, values: _Values, subjects: Mapping[str, _Values], language: str
) -> str | None:
    """Return a label that several terms have with the scheme of this one, if it has one."""
    schemes = (subjects[term.value] for term in values[f"{SKOS}inScheme"])
    scheme = next((found for each in schemes if (found := _label(each, language))), None)
    if label is None or scheme is None:
        return label
    return f"{label}（{scheme}）" if language == "zh" else f"{label} ({scheme})"


def _told(iri: str, kind: str, zh: str | None, en: str | None, other: list[str]) -> dict[str, Any]:
    return {"iri": iri, "kind": kind, "name": _name(iri), "zh": zh, "en": en, "other": other}


def _subjects(folder: Path) -> dict[str, _Values]:
    found: dict[str, _Values] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("*.ttl")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject, object_ = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(object_, ox.NamedNode | ox.Literal):
                found[subject.value][quad.predicate.value].append(object_)
    return found


def _label(values: _Values, language: str) -> str | None:
    labels = (
        term.value
        for predicate in _LABELS
        for term in values[predicate]
        if isinstance(term, ox.Literal) and term.language == language
    )
    return next(labels, None)


def _name(iri: str) -> str | None:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None
