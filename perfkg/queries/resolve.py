"""From the name of a thing to its IRI, so that people need not type IRIs."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import pyoxigraph as ox

from perfkg.errors import ParameterError, QueryTimeout
from perfkg.namespaces import PREFIXES, SKOS
from perfkg.queries.model import Parameter, SavedQuery
from perfkg.queries.prepare import effective
from perfkg.queries.values import to_iri
from perfkg.sparql.binding import Term, bind
from perfkg.store.base import AskResult, QueryResult, Row, SelectResult

_SECONDS: Final = 10.0
_MOST_LABELS: Final = 5_000
_SHOWN: Final = 5
_BY_LABEL: Final = """
    SELECT DISTINCT ?thing ?scheme WHERE {
      ?thing ?labelling ?label ; a ?class
      FILTER(?labelling IN (skos:prefLabel, skos:altLabel, skos:hiddenLabel, rdfs:label))
      OPTIONAL { ?thing skos:inScheme ?scheme }
    } ORDER BY ?thing ?scheme"""
_CONTAINING: Final = f"""
    SELECT DISTINCT ?name WHERE {{
      ?thing a ?class ; skos:prefLabel ?name FILTER(CONTAINS(STR(?name), STR(?label)))
    }} LIMIT {_SHOWN}"""
_ALL: Final = f"""
    SELECT DISTINCT ?name WHERE {{ ?thing a ?class ; skos:prefLabel ?name }} LIMIT {_MOST_LABELS}"""


class Asked(Protocol):
    """The one thing that is needed of a store here."""

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> QueryResult:
        """Answer a query."""


def resolve_arguments(
    store: Asked, query: SavedQuery, arguments: Mapping[str, str]
) -> dict[str, str]:
    """Return the value of every parameter that has one, names of things replaced by IRIs.

    Raises:
        ParameterError: a parameter is unknown or missing, a name fits nothing or several, or
            the graph says nothing of a thing that was given.
    """
    values = effective(query, arguments)
    for item in query.parameters:
        if item.type == "iri" and item.name in values:
            thing = resolve(store, item, values[item.name])
            if arguments.get(item.name) and not _is_there(store, thing):
                raise _unknown(item, thing)
            values[item.name] = thing.value
    return values


def resolve(store: Asked, parameter: Parameter, value: str) -> ox.NamedNode:
    """Return the thing that `value` names: an IRI, a prefixed name, or a label in full.

    A heading that stands in several versions of the classification means the latest one.

    Raises:
        ParameterError: nothing of the parameter's class is called so, or several things are.
    """
    text = unicodedata.normalize("NFC", value).strip()
    found = _found(store, parameter, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(parameter, value, found)
    iri = to_iri(text)
    if iri is None:
        raise _missing(parameter, value, _near(store, parameter, text))
    return iri


def _found(store: Asked, parameter: Parameter, text: str) -> list[ox.NamedNode]:
    labels = (ox.Literal(text, language="zh"), ox.Literal(text), ox.Literal(text, language="en"))
    rows = [row for label in labels for row in _ask(store, parameter, _BY_LABEL, label)]
    schemes = {str(scheme) for _, scheme in rows if scheme is not None}
    if len(schemes) > 1:
        rows = [row for row in rows if str(row[1]) == max(schemes)]
    return list(dict.fromkeys(row[0] for row in rows if isinstance(row[0], ox.NamedNode)))


def _is_there(store: Asked, thing: ox.NamedNode) -> bool:
    text = bind("ASK { ?thing ?property ?value }", {"thing": thing})
    return store.query(text, timeout=_SECONDS) == AskResult(True)


def _near(store: Asked, parameter: Parameter, text: str) -> list[str]:
    """Return a few names like `text`, or none when looking takes too long."""
    label = ox.Literal(text)
    try:
        rows = _ask(store, parameter, _CONTAINING, label) or _ask(store, parameter, _ALL)
    except QueryTimeout:
        return []
    names = [name.value for (name,) in rows if isinstance(name, ox.Literal)]
    containing = [name for name in names if text in name]
    return containing or difflib.get_close_matches(text, names, n=_SHOWN, cutoff=0.4)


def _ask(
    store: Asked, parameter: Parameter, query: str, label: ox.Literal | None = None
) -> Sequence[Row]:
    values: dict[str, Term] = {"class": ox.NamedNode(parameter.of_class or f"{SKOS}Concept")}
    if label is not None:
        values["label"] = label
    result = store.query(
        bind(query, values), timeout=_SECONDS, max_rows=_MOST_LABELS, prefixes=PREFIXES
    )
    return result.rows if isinstance(result, SelectResult) else ()


def _missing(parameter: Parameter, value: str, near: list[str]) -> ParameterError:
    return ParameterError(
        f"参数 {parameter.name}（{parameter.label.zh}）：没有名称为“{value}”的对象；"
        + (f"相近的有：{'、'.join(near)}" if near else "请给出完整名称或 IRI"),
        f'parameter {parameter.name} ({parameter.label.en}): nothing is called "{value}"; '
        + (f"near matches: {', '.join(near)}" if near else "give the full name or the IRI"),
    )


def _unknown(parameter: Parameter, thing: ox.NamedNode) -> ParameterError:
    return ParameterError(
        f"参数 {parameter.name}（{parameter.label.zh}）：图谱中没有 {thing.value}",
        f"parameter {parameter.name} ({parameter.label.en}): the graph says nothing of "
        f"{thing.value}",
    )


def _ambiguous(parameter: Parameter, value: str, found: list[ox.NamedNode]) -> ParameterError:
    shown = ", ".join(thing.value for thing in found[:_SHOWN])
    return ParameterError(
        f"参数 {parameter.name}（{parameter.label.zh}）：有 {len(found)} 个对象名称为“{value}”，"
        f"请给出其中一个的 IRI：{shown}",
        f"parameter {parameter.name} ({parameter.label.en}): {len(found)} things are called "
        f'"{value}"; give the IRI of one: {shown}',
    )
