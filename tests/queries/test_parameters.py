"""From what a person types to a bound term."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.errors import ParameterError
from perfkg.messages import Text
from perfkg.queries import (
    Catalogue,
    Choice,
    Parameter,
    SavedQuery,
    prepare,
    resolve,
    resolve_arguments,
)
from perfkg.queries.values import EXPECTED, to_term
from perfkg.sparql.binding import bind
from perfkg.sparql.fence import Form, check_query
from tests.queries.small_graph import Graph

XSD = "http://www.w3.org/2001/XMLSchema#"
LABEL = Text("标签", "label")
ATTACKS = [
    '"> { } DROP ALL',
    "2024 } DROP ALL #",
    "http://e/> . ?s ?p ?o } #",
    "<http://e/a> } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
    '" } UNION { ?s ?p ?o',
    "\\u0022 } #",
    "'''",
    "a\n} #",
    "?x",
    "\x00",
]


def parameter(kind: str) -> Parameter:
    choices = (Choice("a", LABEL), Choice("b", LABEL)) if kind == "choice" else ()
    return Parameter("p", kind, LABEL, choices=choices, of_class="http://e/C")


@pytest.mark.parametrize(
    ("kind", "value", "lexical", "datatype"),
    [
        ("text", " 满意度 ", "满意度", "string"),
        ("text", "e\u0301", "é", "string"),
        ("integer", "012", "12", "integer"),
        ("integer", "-5", "-5", "integer"),
        ("decimal", "95.5", "95.5", "decimal"),
        ("decimal", "９５．５", "95.5", "decimal"),
        ("decimal", "100", "100", "decimal"),
        ("date", "2024-01-31", "2024-01-31", "date"),
        ("year", "2024", "2024", "integer"),
        ("year", "2024年", "2024", "integer"),
        ("choice", "b", "b", "string"),
    ],
)
def test_a_value_becomes_a_literal_of_its_type(
    kind: str, value: str, lexical: str, datatype: str
) -> None:
    expected = ox.Literal(lexical, datatype=ox.NamedNode(XSD + datatype))
    assert to_term(parameter(kind), value) == expected


@pytest.mark.parametrize(
    "value",
    ["unit:PERCENT", "http://qudt.org/vocab/unit/PERCENT", "<http://qudt.org/vocab/unit/PERCENT>"],
)
def test_an_iri_may_be_written_with_a_known_prefix(value: str) -> None:
    assert to_term(parameter("iri"), value) == ox.NamedNode("http://qudt.org/vocab/unit/PERCENT")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "x" * 2_001),
        ("integer", "1.5"),
        ("integer", "九"),
        ("decimal", "1e5"),
        ("decimal", "NaN"),
        ("decimal", "1,000"),
        ("decimal", "95%"),
        ("decimal", "."),
        ("date", "2024-02-30"),
        ("date", "31.1.2024"),
        ("year", "24"),
        ("year", "0000"),
        ("choice", "c"),
        ("iri", "住建委"),
        ("iri", "http://e/a b"),
        ("iri", "//e/a"),
    ],
)
def test_an_ill_typed_value_is_answered_with_what_is_expected(kind: str, value: str) -> None:
    with pytest.raises(ParameterError) as caught:
        to_term(parameter(kind), value)
    for text in (caught.value.text.zh, caught.value.text.en):
        assert "p=" in text
        assert value[:80] in text


@pytest.mark.parametrize("kind", sorted(EXPECTED))
@pytest.mark.parametrize("value", ATTACKS)
def test_no_value_of_any_type_changes_a_query(kind: str, value: str) -> None:
    query = "SELECT ?s WHERE { ?s ?q ?p }"
    try:
        term = to_term(parameter(kind), value)
    except ParameterError:
        return
    bound = bind(query, {"p": term})
    check_query(bound)
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/q"), ox.Literal("x")))
    assert list(store.query(bound)) == []  # type: ignore[arg-type]


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(sorted(EXPECTED)))
def test_any_text_is_a_term_or_a_parameter_error(value: str, kind: str) -> None:
    try:
        term = to_term(parameter(kind), value)
    except ParameterError:
        return
    assert isinstance(term, ox.Literal | ox.NamedNode)


def test_an_unknown_parameter_is_answered_with_the_known_ones(catalogue: Catalogue) -> None:
    with pytest.raises(ParameterError, match="below, organization, year"):
        prepare(catalogue.get("lowest-satisfaction"), {"abvoe": "1"})


def test_a_missing_parameter_is_named_with_an_example() -> None:
    query = _query(Parameter("o", "decimal", LABEL))
    with pytest.raises(ParameterError, match=r"o=95\.5"):
        prepare(query, {})
    with pytest.raises(ParameterError, match=r"o=95\.5"):
        prepare(query, {"o": " "})


def test_an_optional_parameter_without_a_value_is_not_bound() -> None:
    query = _query(Parameter("o", "decimal", LABEL, optional=True))
    assert prepare(query, {}) == query.text
    assert "VALUES (?o)" in prepare(query, {"o": "1"})


def test_a_default_is_used_unless_a_value_is_given() -> None:
    query = _query(Parameter("o", "decimal", LABEL, default="7"))
    assert '"7"' in prepare(query, {})
    assert '"8"' in prepare(query, {"o": "8"})


def _query(*parameters: Parameter) -> SavedQuery:
    return SavedQuery(
        name="one",
        title=LABEL,
        description=LABEL,
        tags=(),
        parameters=parameters,
        columns={},
        chart=None,
        form=Form.SELECT,
        text="SELECT ?s WHERE { ?s ?p ?o }",
        path=Path("one.rq"),
    )


@pytest.mark.parametrize(
    "value", ["住建委", " 住建委 ", "市住建委", "https://w3id.org/perfkg/id/housing"]
)
def test_a_thing_is_found_by_name_by_other_name_and_by_iri(graph: Graph, value: str) -> None:
    wanted = _thing("http://www.w3.org/ns/org#FormalOrganization")
    assert resolve(graph, wanted, value).value == "https://w3id.org/perfkg/id/housing"


@pytest.mark.parametrize("value", ["%", "percent", "unit:PERCENT"])
def test_a_unit_is_found_in_either_language(graph: Graph, value: str) -> None:
    wanted = _thing("http://qudt.org/schema/qudt/Unit")
    assert resolve(graph, wanted, value).value == "http://qudt.org/vocab/unit/PERCENT"


def test_a_heading_of_two_classifications_means_the_later_one(graph: Graph) -> None:
    wanted = _thing("https://w3id.org/perfkg/def#IndicatorClass")
    assert resolve(graph, wanted, "成本指标").value.endswith("6901d2a0-c730-51dd-93b9-823feca62014")


def test_a_name_of_several_things_is_answered_with_their_iris(graph: Graph) -> None:
    with pytest.raises(ParameterError, match="2 things"):
        resolve(graph, _thing("https://w3id.org/perfkg/def#Project"), "档案管理")


@pytest.mark.parametrize(
    ("value", "near"), [("满意", "服务对象满意度"), ("服务对象满意率", "服务对象满意度")]
)
def test_an_unknown_name_is_answered_with_near_ones(graph: Graph, value: str, near: str) -> None:
    with pytest.raises(ParameterError, match=near):
        resolve(graph, _thing("https://w3id.org/perfkg/def#Indicator"), value)


@pytest.mark.parametrize("value", ATTACKS)
def test_no_name_changes_the_query_that_looks_it_up(graph: Graph, value: str) -> None:
    with pytest.raises(ParameterError):
        resolve(graph, _thing("https://w3id.org/perfkg/def#Indicator"), value)


def test_names_are_resolved_before_a_query_is_prepared(graph: Graph, catalogue: Catalogue) -> None:
    query = catalogue.get("targets-in-unit")
    resolved = resolve_arguments(graph, query, {"unit": "套", "year": "2023"})
    assert resolved == {"unit": "https://w3id.org/perfkg/id/sets", "year": "2023"}
    assert "<https://w3id.org/perfkg/id/sets>" in prepare(query, resolved)


def _thing(iri: str) -> Parameter:
    return Parameter("p", "iri", LABEL, of_class=iri)
