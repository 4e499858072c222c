"""The W3C formats of results and graphs, exact to the letter, and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.errors import UsageError
from perfkg.namespaces import PREFIXES, RDF, XSD
from perfkg.results.formats import Format
from perfkg.store.base import AskResult, GraphResult, QueryResult, SelectResult, Term

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool"

_GRAPHS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_ANSWERS: Final = {
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")


def to_bytes(result: QueryResult, fmt: Format) -> bytes:
    """Write a result in one of the standard formats, UTF-8.

    A result that the row limit cut is written without a sign of it, since the standards have no
    place for one; whoever sends it says so beside it.

    Raises:
        UsageError: the format cannot express this result or is none of the standard ones.
    """
    if isinstance(result, GraphResult) and fmt.name in _GRAPHS:
        return _graph(result.triples, _GRAPHS[fmt.name])
    if not isinstance(result, GraphResult) and fmt.name == "json":
        return _dumped(_answer(result))
    if isinstance(result, SelectResult) and fmt.name in _ANSWERS:
        return _converted(_answer(result), _ANSWERS[fmt.name])
    if isinstance(result, AskResult) and fmt.name == "xml":
        return _converted(_answer(result), ox.QueryResultsFormat.XML)
    raise UsageError(
        f"这种结果不能写成 {fmt.name}", f"this kind of result cannot be written as {fmt.name}"
    )


def protocol_csv(result: SelectResult) -> bytes:
    """Write SPARQL 1.1 CSV: the values bare, CRLF, no byte order mark."""
    return _converted(_answer(result), ox.QueryResultsFormat.CSV)


def csv_for_people(result: SelectResult) -> bytes:
    """Write CSV that a spreadsheet opens as Chinese text and never as formulas.

    It begins with a byte order mark, and a text that looks like a formula gets an apostrophe in
    front. Numbers stay numbers.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(result.variables)
    writer.writerows([_harmless(term) for term in row] for row in result.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(term: Term | None) -> str:
    if term is None:
        return ""
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    is_text = term.datatype.value in (f"{XSD}string", f"{RDF}langString")
    risky = _FORMULA.match(term.value) and (is_text or not _is_number(term.value))
    return f"'{term.value}" if risky else term.value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _answer(result: SelectResult | AskResult) -> Json:
    if isinstance(result, AskResult):
        return {"head": {}, "boolean": result.value}
    bindings: list[Json] = [
        {
            name: _term(term)
            for name, term in zip(result.variables, row, strict=True)
            if term is not None
        }
        for row in result.rows
    ]
    return {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}


def _term(term: Term) -> Json:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts: dict[str, Json] = {
            "subject": _term(term.subject),
            "predicate": _term(term.predicate),
            "object": _term(term.object),
        }
        return {"type": "triple", "value": parts}
    literal: dict[str, Json] = {"type": "literal", "value": term.value}
    if term.language:
        literal["xml:lang"] = term.language
    elif term.datatype.value != f"{XSD}string":
        literal["datatype"] = term.datatype.value
    return literal


def _dumped(answer: Json) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _converted(answer: Json, fmt: ox.QueryResultsFormat) -> bytes:
    data = _dumped(_for_xml(answer) if fmt is ox.QueryResultsFormat.XML else answer)
    written = ox.parse_query_results(data, ox.QueryResultsFormat.JSON).serialize(format=fmt)
    return written or b""


def _for_xml(answer: Json) -> Json:
    """Replace the characters that XML 1.0 has no way to write by U+FFFD."""
    if isinstance(answer, dict):
        return {key: _for_xml(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [_for_xml(value) for value in answer]
    return _NOT_IN_XML.sub("\ufffd", answer) if isinstance(answer, str) else answer


def _graph(triples: Iterable[ox.Triple], fmt: ox.RdfFormat) -> bytes:
    listed = list(triples)
    return ox.serialize(listed, format=fmt, prefixes=_prefixes_of(listed)) or b""


def _prefixes_of(triples: list[ox.Triple]) -> dict[str, str]:
    """Return the known prefixes that some IRI of `triples` needs."""
    spaces = {_namespace(iri) for triple in triples for iri in _iris(triple)}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def _iris(triple: ox.Triple) -> Iterable[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
