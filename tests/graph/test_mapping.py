"""The triples of a form: complete, deterministic, and the same through JSON-LD."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.forms.model import Execution, Form, FormKind, Target, Value
from perfkg.forms.values import read_value
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.graph.serialise import to_jsonld, to_ntriples, to_turtle
from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import PK
from perfkg.readers.document import Document
from perfkg.reading import read_file
from perfkg.resources import demo_folder, ontology_folder
from perfkg.vocabulary import load_vocabulary

FILES = (
    demo_folder() / "shanghai-real-estate-2024.txt",
    Path(__file__).parents[1] / "fixtures" / "school-and-road.txt",
)
DOCUMENT = Document("f.txt", "text/plain", "0" * 64)


def _graphs(path: Path) -> list[FormGraph]:
    read = read_file(path)
    return [Mapper().map(form, read.document) for form in read.forms]


def _lines(path: Path) -> list[str]:
    return [line for graph in _graphs(path) for line in graph.lines()]


def _triples(data: str, syntax: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=syntax)}


def _store(lines: list[str]) -> ox.Store:
    store = ox.Store()
    store.load(to_ntriples(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_json_ld_and_turtle_say_the_same_as_n_triples(path: Path) -> None:
    lines = _lines(path)
    expected = _triples(to_ntriples(lines), ox.RdfFormat.N_TRIPLES)
    assert _triples(to_jsonld(lines), ox.RdfFormat.JSON_LD) == expected
    assert _triples(to_turtle(lines), ox.RdfFormat.TURTLE) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_same_file_gives_the_same_bytes(path: Path) -> None:
    first, second = _lines(path), _lines(path)
    assert to_ntriples(first) == to_ntriples(reversed(second))
    assert to_turtle(first) == to_turtle(second)
    assert to_jsonld(first) == to_jsonld(second)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_there_are_no_blank_nodes_and_every_thing_has_a_label_and_a_type(path: Path) -> None:
    store = _store(_lines(path))
    assert not any(
        isinstance(term, ox.BlankNode) for quad in store for term in (quad.subject, quad.object)
    )
    bare = store.query(
        "SELECT DISTINCT ?s WHERE { ?s ?p ?o"
        " MINUS { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l ; a ?t } }"
    )
    assert [str(row["s"]) for row in bare] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_property_that_is_written_is_in_the_ontology(path: Path) -> None:
    ontology = ox.Store()
    ontology.load(path=str(ontology_folder() / "perfkg.ttl"), format=ox.RdfFormat.TURTLE)
    defined = {quad.subject.value for quad in ontology if isinstance(quad.subject, ox.NamedNode)}
    used = {quad.predicate.value for quad in _store(_lines(path))}
    assert {iri for iri in used if iri.startswith(PK)} <= defined


def test_the_statements_of_two_forms_share_only_shared_things() -> None:
    first, second, *_ = _graphs(FILES[0])
    assert not {*first.content, *first.provenance} & {*second.content, *second.provenance}
    assert set(first.shared) & set(second.shared)


def test_one_hop_leads_from_a_target_to_project_level_and_normalised_value() -> None:
    rows = list(
        _store(_lines(FILES[0])).query(
            f"""PREFIX pk: <{PK}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            PREFIX unit: <http://qudt.org/vocab/unit/> PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
            SELECT ?v ?n WHERE {{
              ?t pk:ofProject/skos:prefLabel "测绘成果管理"@zh ; pk:normalizedUnit unit:M2 ;
                 pk:value ?v ; pk:normalizedValue ?n ; pk:comparator odrl:eq ;
                 pk:rawText "=3600.00(万平方米)" ; pk:sourceLocation "line 59" }}"""
        )
    )
    assert [(row["v"].value, row["n"].value) for row in rows] == [("3600", "36000000")]


def test_headings_point_to_the_current_version_except_the_former_cost_heading() -> None:
    headings = load_vocabulary().headings
    identity = Identity()
    current = identity.indicator_class("2021", "数量指标")
    assert headings.iri("数量指标", 2, "产出指标") == current
    assert headings.iri("成本指标", 1) == identity.indicator_class("2021", "成本指标")
    assert headings.iri("成本指标", 2, "产出指标") == identity.indicator_class("2015", "成本指标")
    assert headings.iri("创新指标", 2) is None


def _form(**changes: object) -> Form:
    value = read_value("≥90%", load_vocabulary().units).value
    target = Target("产出指标", "数量指标", "甲率", value, "line 9")
    form = Form(
        FormKind.TARGET,
        "lines 1-9",
        fiscal_year=2024,
        project_name="甲项目",
        implementing_unit="甲局",
        indicators=(target,),
    )
    return replace(form, **changes)  # type: ignore[arg-type]


def test_a_form_that_says_nothing_is_mapped_without_empty_statements() -> None:
    graph = Mapper().map(Form(FormKind.TARGET, "line 1"), DOCUMENT)
    assert not any('""' in line for line in graph.lines())
    assert not any(f"<{PK}project>" in line for line in graph.lines())


def test_two_nameless_forms_of_one_document_stay_two_forms() -> None:
    one, other = (
        Mapper().map(_form(project_name=None, location=place), DOCUMENT).form
        for place in ("lines 1-9", "lines 11-20")
    )
    assert one != other


def test_rows_that_say_the_same_are_told_apart_by_their_occurrence() -> None:
    target = _form().indicators[0]
    graph = Mapper().map(_form(indicators=(target, target)), DOCUMENT)
    assert sum(f"<{PK}Target>" in line for line in graph.content) == 2


@pytest.mark.parametrize(
    ("raw", "labels"),
    [
        ("≥2(万垧)", {"万垧", "垧"}),
        ("≤30万元/座", {"万元/座", "元/座"}),
        ("≤3万元/千米", set()),
    ],
)
def test_a_unit_that_the_vocabulary_lacks_becomes_a_concept_with_its_multiple(
    raw: str, labels: set[str]
) -> None:
    value = read_value(raw, load_vocabulary().units).value
    target = replace(_form().indicators[0], value=value)
    store = _store(Mapper().map(_form(indicators=(target,)), DOCUMENT).lines())
    minted = {
        quad.object.value
        for quad in store
        if quad.predicate.value.endswith("prefLabel")
        and isinstance(quad.subject, ox.NamedNode)
        and "/unit/" in quad.subject.value
    }
    assert minted == labels
    scaled = any(quad.predicate.value.endswith("scalingOf") for quad in store)
    assert scaled == bool(labels)


def test_a_self_evaluation_has_a_result_for_each_row() -> None:
    units = load_vocabulary().units
    target = replace(
        _form().indicators[0],
        weight=Decimal(10),
        actual=read_value("86.5%", units).value,
        score=Decimal("9.5"),
        reason="汛期停工两周",
    )
    form = _form(
        kind=FormKind.SELF_EVALUATION,
        indicators=(target,),
        execution=Execution(executed_budget=Decimal("191340"), rate=Decimal("95.67")),
        total_score=Decimal("98.5"),
        achieved_goal="已按期完工。",
    )
    lines = Mapper().map(form, DOCUMENT).lines()
    text = to_ntriples(lines)
    told = (
        '"汛期停工两周"@zh',
        f'<{PK}executedBudget> "191340"',
        f'<{PK}executionRate> "95.67"',
        f'<{PK}totalScore> "98.5"',
        f'<{PK}achievedGoal> "已按期完工。"@zh',
    )
    for fact in (f"<{PK}SelfEvaluationForm>", f"<{PK}Result>", '"86.5%"', '"9.5"^^', *told):
        assert fact in text
    assert _triples(to_jsonld(lines), ox.RdfFormat.JSON_LD) == _triples(
        text, ox.RdfFormat.N_TRIPLES
    )


_TEXTS = st.text(max_size=20).filter(lambda text: bool(text.strip()))


@settings(max_examples=60, deadline=None)
@given(name=_TEXTS, goal=_TEXTS, raw=_TEXTS, indicator=_TEXTS)
def test_any_text_of_a_form_survives_as_valid_rdf(
    name: str, goal: str, raw: str, indicator: str
) -> None:
    target = replace(
        _form().indicators[0], name=indicator, value=Value(raw, text=raw), level2=indicator
    )
    form = _form(project_name=name, annual_goal=goal, indicators=(target,))
    data = to_ntriples(Mapper().map(form, DOCUMENT).lines())
    parsed = _triples(data, ox.RdfFormat.N_TRIPLES)
    assert len(parsed) == data.count("\n")


def test_what_is_remembered_of_other_forms_changes_nothing() -> None:
    reads = [read_file(path) for path in sorted(demo_folder().glob("*.txt"))]
    forms = [(form, read.document) for read in reads for form in read.forms]
    alone = [Mapper().map(form, document) for form, document in forms]
    mapper = Mapper()
    assert [mapper.map(form, document) for form, document in forms] == alone
    assert [mapper.map(form, document) for form, document in forms] == alone


def test_a_thing_that_a_form_spells_in_two_ways_keeps_both_spellings() -> None:
    target = _form().indicators[0]
    spellings = ("参训人员满意度（%）", "参训人员 满意度(%)")
    both = tuple(replace(target, name=name) for name in spellings)
    graph = Mapper().map(_form(indicators=both), DOCUMENT)
    printed = [line for line in graph.shared if "altLabel" in line and "参训" in line]
    assert [line.split('"')[1] for line in printed] == sorted(spellings)


@pytest.mark.parametrize("base", ["https://example.org/", "https://例子.cn/绩效/"])
def test_each_part_of_a_form_is_sorted_and_says_everything_once(base: str) -> None:
    target = replace(_form().indicators[0], repairs=(Text("改", "mended"),) * 2)
    evaluated = replace(target, actual=target.value, score=Decimal(5), reason='称"好"\\')
    forms = [form for path in FILES for form in read_file(path).forms]
    forms.append(_form(kind=FormKind.SELF_EVALUATION, indicators=(target, evaluated, evaluated)))
    mapper = Mapper(Identity(base))
    for form in forms:
        graph = mapper.map(form, DOCUMENT)
        for part in (graph.content, graph.provenance, graph.shared):
            assert list(part) == sorted(set(part))
