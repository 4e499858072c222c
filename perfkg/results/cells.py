"""The words in which people read RDF terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from perfkg.namespaces import PREFIXES, XSD
from perfkg.store.base import GraphResult, Row, SelectResult, Term

NUMBERS: Final = frozenset(
    f"{XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long", "short")
)
YEAR: Final = f"{XSD}gYear"
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_TRIPLE: Final = ("subject", "predicate", "object")


def as_rows(result: SelectResult | GraphResult) -> tuple[tuple[str, ...], Sequence[Row]]:
    """Return the columns and rows of a result; a graph has one row for each triple."""
    if isinstance(result, SelectResult):
        return result.variables, result.rows
    return _TRIPLE, [(item.subject, item.predicate, item.object) for item in result.triples]


def plain(text: str) -> str:
    """Return `text` with control characters, which move cursors and break files, replaced."""
    return _CONTROL.sub("\ufffd", text)


def words(term: Term | None) -> str:
    """Return a term for reading: a literal's text, an IRI with its prefix where it has one."""
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return plain(term.value)
    return short(term.value) if isinstance(term, ox.NamedNode) else plain(str(term))


def short(iri: str) -> str:
    """Return an IRI with its prefix if perfkg knows one.

    >>> short("http://qudt.org/vocab/unit/PERCENT")
    'unit:PERCENT'
    """
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and "/" not in iri[len(space) :]:
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def is_numeric(terms: Sequence[Term | None]) -> bool:
    """Tell whether a column holds numbers and nothing else."""
    present = [term for term in terms if term is not None]
    return bool(present) and all(
        isinstance(term, ox.Literal) and term.datatype.value in NUMBERS for term in present
    )
