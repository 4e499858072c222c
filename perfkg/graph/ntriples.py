"""Terms and statements as N-Triples text (RDF 1.1 N-Triples), which loads fastest."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from perfkg.namespaces import XSD

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f\ud800-\udfff]')


def iri(value: str) -> str:
    """Return an IRI as a term; `value` is one that perfkg minted or knows."""
    return f"<{value}>"


def text(value: str, language: str | None = None) -> str:
    """Return a string literal in NFC, with a language tag if one is given."""
    value = unicodedata.normalize("NFC", value)
    # Few texts need an escape; to learn so from this takes a third of what the pattern takes.
    if not value.isprintable() or '"' in value or "\\" in value:
        value = _SPECIAL.sub(_escape, value)
    return f'"{value}"@{language}' if language else f'"{value}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"


def typed(value: str, datatype: str) -> str:
    """Return a literal of the XML Schema datatype with the local name `datatype`."""
    return f'"{value}"^^<{XSD}{datatype}>'


@lru_cache(maxsize=4096)
def decimal(value: Decimal) -> str:
    """Return a canonical xsd:decimal: no exponent, no trailing zeros.

    >>> decimal(Decimal("470000.00"))
    '"470000"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return typed("0" if plain in ("-0", "") else plain, "decimal")


def about(subject: str) -> str:
    """Return how a line about a subject begins; its predicate follows."""
    return f"<{subject}> "


def predicate(value: str) -> str:
    """Return an IRI as the middle of a line; its object and ` .` follow."""
    return f"<{value}> "


def statement(subject: str, predicate: str, object_: str) -> str:
    """Return one line; the subject and predicate are IRIs, the object is a term."""
    return f"<{subject}> <{predicate}> {object_} ."
