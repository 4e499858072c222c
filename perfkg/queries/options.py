"""What a parameter may be chosen from: things of the graph with their labels and uses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import ORG, PK, PREFIXES, QUDT
from perfkg.queries.model import Parameter
from perfkg.queries.resolve import Asked
from perfkg.sparql.binding import Term, bind
from perfkg.store.base import Row, SelectResult

PAGE: Final = 50
"""Options of one page unless another number is asked for."""

_SECONDS: Final = 10.0
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    f"{ORG}FormalOrganization": (f"{PK}supervisingDepartment", f"{PK}implementingUnit"),
    f"{PK}Project": (f"{PK}project",),
    f"{PK}Indicator": (f"{PK}indicator",),
    f"{PK}IndicatorClass": (f"{PK}level1", f"{PK}level2"),
    f"{QUDT}Unit": (f"{PK}unit",),
}
"""For each class the properties of forms and targets that point to its things."""

_THINGS: Final = """
SELECT ?thing ?label ?english ?uses WHERE {
  {
    SELECT ?thing (SUM(?found) AS ?uses) (SUBSTR(STR(?thing), STRLEN(STR(?thing)) - 14) AS ?tie)
    WHERE {
      COUNTED
    }
    GROUP BY ?thing ORDER BY DESC(?uses) ?tie OFFSET %(offset)d LIMIT %(limit)d
  }
  ?thing skos:prefLabel ?label FILTER(LANG(?label) != "en")
  OPTIONAL { ?thing skos:prefLabel ?english FILTER(LANG(?english) = "en") }
} ORDER BY DESC(?uses) ?tie ?label"""
"""Among equal numbers the end of the IRI decides: to compare labels, all would have to be read."""

_COUNTED: Final = """{
        SELECT ?thing (COUNT(?user) AS ?found) WHERE { %(among)s ?user <%(via)s> ?thing %(only)s }
        GROUP BY ?thing
      }"""
_FORMS: Final = "{ SELECT ?user WHERE { ?user a pk:Form } }"
"""Joined where a project points to the thing just as its forms do, which would count it twice."""
_AMONG: Final = """{
          SELECT DISTINCT ?thing WHERE {
            ?thing a ?class ; ?labelling ?name
            FILTER(?labelling IN (skos:prefLabel, skos:altLabel))
            FILTER(CONTAINS(LCASE(STR(?name)), ?wanted))
          }
        }"""
_YEARS: Final = """
SELECT ?year (COUNT(?form) AS ?uses) WHERE {
  ?form pk:year ?year FILTER(CONTAINS(STR(?year), ?wanted))
} GROUP BY ?year ORDER BY DESC(?year) OFFSET %(offset)d LIMIT %(limit)d"""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a parameter may be given.

    Attributes:
        value: what is sent: an IRI, a year, or a value of a `choice`.
        label: what people read.
        count: how many forms, or targets and results, use it; None for a `choice`, which is not
            in the graph.
    """

    value: str
    label: Text
    count: int | None


@dataclass(frozen=True, slots=True)
class Options:
    """One page of options, those used most first; `more` when another page follows."""

    items: tuple[Option, ...]
    more: bool


def options(
    store: Asked, parameter: Parameter, search: str = "", *, offset: int = 0, limit: int = PAGE
) -> Options:
    """Return what a parameter may be chosen from; nothing for one that is typed in freely.

    Args:
        store: the graph.
        parameter: of a saved query.
        search: a part of the label or of another spelling of it; capital letters and full-width
            signs make no difference.
        offset: how many options to leave out from the first.
        limit: how many to return at most.

    Raises:
        QueryTimeout: the graph did not answer in time.
    """
    wanted = unicodedata.normalize("NFKC", search).strip().lower()
    page = {"offset": max(offset, 0), "limit": max(limit, 0) + 1}
    if parameter.type == "choice":
        return _cut(_listed(parameter, wanted)[page["offset"] :], limit)
    if parameter.type == "year":
        values: dict[str, Term] = {"wanted": ox.Literal(wanted)}
        return _cut([_year(row) for row in _rows(store, _YEARS % page, values)], limit)
    if parameter.type != "iri" or parameter.of_class is None:
        return Options((), more=False)
    text, values = _question(parameter, wanted)
    return _cut([_thing(row) for row in _rows(store, text % page, values)], limit)


def _question(parameter: Parameter, wanted: str) -> tuple[str, dict[str, Term]]:
    """Return the query, still without its page, and its values."""
    among = _AMONG if wanted else ""
    usual = _USUAL.get(parameter.of_class or "", ())
    ways = (parameter.via,) if parameter.via else usual
    counted = "\n      UNION ".join(_counted(way, among) for way in ways)
    if not ways:
        counted = f"{among} ?thing a ?class BIND(0 AS ?found)"
    values: dict[str, Term] = {}
    if wanted or not ways:
        values["class"] = ox.NamedNode(parameter.of_class or "")
    if wanted:
        values["wanted"] = ox.Literal(wanted)
    return _THINGS.replace("COUNTED", counted), values


def _counted(way: str, among: str) -> str:
    only = _FORMS if way == f"{PK}implementingUnit" else ""
    return _COUNTED % {"among": among, "via": way, "only": only}


def _rows(store: Asked, text: str, values: dict[str, Term]) -> tuple[Row, ...]:
    result = store.query(bind(text, values), timeout=_SECONDS, prefixes=PREFIXES)
    return result.rows if isinstance(result, SelectResult) else ()


def _thing(row: Row) -> Option:
    thing, label, english, uses = (_text(term) for term in row)
    return Option(thing, Text(label, english or label), int(uses))


def _year(row: Row) -> Option:
    year, uses = (_text(term) for term in row)
    return Option(year, Text(year, year), int(uses))


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def _listed(parameter: Parameter, wanted: str) -> list[Option]:
    return [
        Option(choice.value, choice.label, None)
        for choice in parameter.choices
        if wanted in f"{choice.value} {choice.label.zh} {choice.label.en}".lower()
    ]


def _cut(found: list[Option], limit: int) -> Options:
    return Options(tuple(found[:limit]), more=len(found) > limit)
