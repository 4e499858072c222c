"""The rules about form and target: each on a graph that breaks it and on one that keeps it."""

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from perfkg.namespaces import SH
from perfkg.validation.rdf import vocabulary_files
from perfkg.validation.shapes import Shapes

from .support import FORMS, RULES, findings, graph, rules, statements

NAMES = (
    "form-structure",
    "target-structure",
    "annual-goal-missing",
    "annual-request-missing",
    "funds-do-not-add-up",
    "dates-out-of-order",
    "level-not-in-classification",
    "level-mismatch",
    "percent-out-of-range",
)
CASES = sorted(RULES.glob("*.ttl"))
TARGET = "target:target-structure-1"


def named(node: Node | None) -> ox.NamedNode:
    return ox.NamedNode(str(node))


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_its_wrong_example_and_nothing_else_finds_it(
    structure: Shapes, name: str
) -> None:
    assert rules(findings(structure, RULES / f"{name}.wrong.ttl")) == {name}


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_finds_anything_in_a_right_example(structure: Shapes, name: str) -> None:
    assert findings(structure, RULES / f"{name}.right.ttl") == []


@pytest.mark.parametrize("form", sorted(FORMS.glob("*.ttl")), ids=lambda form: form.stem)
def test_a_correct_form_of_another_field_passes_in_silence(structure: Shapes, form: Path) -> None:
    assert findings(structure, form) == []


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ("DELETE WHERE { ?form pk:project ?any }", "项目名称"),
        (
            "INSERT { ?f pk:project project:b . project:b a pk:Project } WHERE { ?f a pk:Form }",
            "一个项目",
        ),
        ("DELETE WHERE { ?form pk:year ?any }", "预算年度"),
        ("DELETE WHERE { ?target pk:inForm ?any }", "没有任何绩效指标"),
        ("DELETE WHERE { ?form prov:hadPrimarySource ?any }", "来源文件"),
        ("INSERT { ?f pk:annualRequest 1.5 } WHERE { ?f a pk:Form }", "年度资金申请总额"),
        ("INSERT { ?f pk:projectTotal 'many' } WHERE { ?f a pk:Form }", "项目资金总额"),
        ("INSERT { ?f pk:annualGoal '另一段'@zh } WHERE { ?f a pk:Form }", "年度总体目标"),
        (
            "INSERT { ?f pk:plannedEnd '2023-11-30'^^xsd:date } WHERE { ?f a pk:Form }",
            "计划完成日期",
        ),
    ],
)
def test_each_part_of_form_structure_says_what_is_amiss(
    structure: Shapes, update: str, words: str
) -> None:
    found = findings(structure, RULES / "form-structure.right.ttl", update=update)
    messages = [finding.message.zh for finding in found if finding.rule == "form-structure"]
    assert [words in message for message in messages] == [True]


@pytest.mark.parametrize("role", ["supervisingDepartment", "implementingUnit"])
def test_either_a_department_or_a_unit_is_enough(structure: Shapes, role: str) -> None:
    update = f"DELETE WHERE {{ ?form a pk:Form ; pk:{role} ?any }}"
    keep = "INSERT { ?form a pk:Form } WHERE { ?form a pk:TargetForm }"
    right = RULES / "form-structure.right.ttl"
    assert findings(structure, right, update=f"{update} ; {keep}") == []


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ("DELETE WHERE { T pk:level1 ?any }", "恰好一个一级指标"),
        ("DELETE WHERE { T pk:level2 ?any }", "恰好一个二级指标"),
        ("DELETE WHERE { T pk:ofProject ?any }", "一个项目"),
        ("DELETE WHERE { T pk:indicator ?any }", "三级指标名称"),
        ("DELETE WHERE { T pk:value ?any }", "恰有一个数"),
        (
            "INSERT DATA { T pk:targetText '不少于三百株'@zh }",
            "“补植乔木株数”的指标值既是数值又是文字",
        ),
        ("INSERT DATA { T a pk:QualitativeTarget ; pk:targetText '多'@zh }", "既是数值又是文字"),
        ("INSERT DATA { T pk:unit unit:NUM }", "计量单位不止一个"),
        ("INSERT DATA { T pk:comparator odrl:neq }", "比较符"),
        ("INSERT DATA { target:target-structure-2 pk:targetText '尽快'@zh }", "一段文字"),
    ],
)
def test_each_part_of_target_structure_says_what_is_amiss(
    structure: Shapes, update: str, words: str
) -> None:
    right = RULES / "target-structure.right.ttl"
    found = findings(structure, right, update=update.replace(" T ", f" {TARGET} "))
    assert rules(found) == {"target-structure"}
    assert [words in finding.message.zh for finding in found] == [True]


def test_a_target_without_comparator_and_unit_is_a_quantity_all_the_same(structure: Shapes) -> None:
    update = f"""
        DELETE WHERE {{ {TARGET} pk:comparator ?c }} ;
        DELETE WHERE {{ {TARGET} pk:unit ?u ; pk:normalizedUnit ?n }}"""
    assert findings(structure, RULES / "target-structure.right.ttl", update=update) == []


def test_an_empty_cell_is_reported_with_the_name_of_its_indicator(structure: Shapes) -> None:
    empty, _ = findings(structure, RULES / "target-structure.wrong.ttl")
    assert "“补植乔木株数”没有指标值" in empty.message.zh
    assert "“补植乔木株数” has no target value" in empty.message.en
    assert (empty.indicator, empty.value, empty.location) == ("补植乔木株数", None, "line 19")


def test_funds_are_reported_with_their_sum_and_the_difference(structure: Shapes) -> None:
    (found,) = findings(structure, RULES / "funds-do-not-add-up.wrong.ttl")
    for text in (found.message.zh, found.message.en):
        assert "790000.25" in text
        assert "800000.5" in text
        assert "10000.25" in text
    assert found.criterion == "可行性"


@pytest.mark.parametrize("part", ["annualRequest", "annualAppropriation", "carriedOver"])
def test_funds_are_not_added_up_while_an_amount_is_missing(structure: Shapes, part: str) -> None:
    update = f"DELETE WHERE {{ ?form pk:{part} ?amount }}"
    found = findings(structure, RULES / "funds-do-not-add-up.wrong.ttl", update=update)
    assert "funds-do-not-add-up" not in rules(found)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-12-31", "2023-01-01", ["早于计划开始日期"]),
        ("2024-01-01", "2024-12-31", ["预算年度 2023 早于"]),
        ("2022-01-01", "2022-12-31", ["预算年度 2023 晚于"]),
        ("2023-05-05", "2023-05-05", []),
        ("2023-07", "2024-01", []),
        ("2023-07-15", "2023-07", []),
        ("2023-08", "2023-07-31", ["早于计划开始日期"]),
    ],
)
def test_dates_are_compared_as_far_as_they_are_stated(
    structure: Shapes, start: str, end: str, expected: list[str]
) -> None:
    update = f"""
        DELETE WHERE {{ ?form pk:plannedStart ?s ; pk:plannedEnd ?e }} ;
        INSERT {{ ?form pk:plannedStart "{start}" ; pk:plannedEnd "{end}" }}
        WHERE {{ ?form a pk:Form }}"""
    everything = findings(structure, RULES / "form-structure.right.ttl", update=update)
    # A form whose dates cross the end of a year is also advised to state its long-term goal.
    found = [finding for finding in everything if finding.severity == "Violation"]
    assert rules(found) <= {"dates-out-of-order"}
    assert len(found) == len(expected)
    assert all(words in finding.message.zh for finding, words in zip(found, expected, strict=True))


def test_one_date_alone_is_held_against_the_fiscal_year(structure: Shapes) -> None:
    update = """
        DELETE WHERE { ?form pk:plannedStart ?s ; pk:plannedEnd ?e } ;
        INSERT { ?form pk:plannedEnd "2021-12-31"^^xsd:date } WHERE { ?form a pk:Form }"""
    (found,) = findings(structure, RULES / "form-structure.right.ttl", update=update)
    assert "2023 晚于计划完成日期 2021-12-31" in found.message.zh


def test_an_invented_level_1_heading_is_reported_once(structure: Shapes) -> None:
    update = """
        DELETE WHERE { ?target pk:level1 ?any } ;
        INSERT {
            ?target pk:level1 indicator-class:x .
            indicator-class:x a pk:IndicatorClass ; skos:prefLabel "管理指标"@zh
        } WHERE { ?target a pk:Target }"""
    (found,) = findings(structure, RULES / "form-structure.right.ttl", update=update)
    assert found.rule == "level-not-in-classification"
    assert found.message.zh.startswith("一级指标“管理指标”（指标“补植乔木株数”所在）")


def test_a_level_2_heading_in_the_wrong_place_is_told_where_it_belongs(structure: Shapes) -> None:
    (found,) = findings(structure, RULES / "level-mismatch.wrong.ttl")
    assert "请移到“成本指标”下" in found.message.zh
    assert "belongs to “成本指标”" in found.message.en


def test_a_level_1_heading_is_no_level_2_heading(structure: Shapes) -> None:
    update = """
        DELETE { ?target pk:level2 ?any } INSERT { ?target pk:level2 ?top }
        WHERE { ?target pk:level2 ?any ; pk:level1 ?top }"""
    (found,) = findings(structure, RULES / "form-structure.right.ttl", update=update)
    assert found.rule == "level-mismatch"
    assert "“产出指标”，而它是一级指标" in found.message.zh


@pytest.mark.parametrize("version", ["2015", "2021"])
def test_levels_match_whichever_version_their_concepts_come_from(
    structure: Shapes, version: str
) -> None:
    update = f"""
        DELETE {{ ?target pk:level1 ?one }} INSERT {{ ?target pk:level1 ?other }}
        WHERE {{
            ?target pk:level1 ?one . ?one skos:prefLabel ?label .
            ?other skos:prefLabel ?label ; skos:inScheme ?scheme .
            FILTER (STRENDS(STR(?scheme), "{version}"))
        }}"""
    both = update + " ; " + update.replace("level1", "level2")
    for form in FORMS.glob("*.ttl"):
        for text in (update, both):
            assert findings(structure, form, update=text) == []


def test_a_percentage_out_of_range_names_indicator_and_number(structure: Shapes) -> None:
    (found,) = findings(structure, RULES / "percent-out-of-range.wrong.ttl")
    assert "“苗木成活率”的指标值为 950%" in found.message.zh
    assert "“苗木成活率” has a target of 950 %" in found.message.en
    assert found.value == "≥950%"


def test_the_shapes_are_well_formed_by_the_shapes_for_shapes(structure: Shapes) -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=structure.graph, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removesuffix(".ttl"))
def test_pyshacl_by_itself_finds_the_same_nodes(structure: Shapes, case: Path) -> None:
    _, report, _ = pyshacl.validate(graph(case), shacl_graph=structure.graph, inference="none")
    results = report.subjects(RDF.type, URIRef(SH + "ValidationResult"))
    alone = {
        (
            structure.rule_of(named(report.value(result, URIRef(SH + "sourceShape")))).name,
            str(report.value(result, URIRef(SH + "focusNode"))),
        )
        for result in results
    }
    assert alone == {(finding.rule, finding.focus) for finding in findings(structure, case)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removesuffix(".ttl"))
def test_queries_of_the_rules_answer_alike_on_another_engine_over_all_nodes_at_once(
    structure: Shapes, case: Path
) -> None:
    store = ox.Store()
    store.load(statements(case), format=ox.RdfFormat.N_TRIPLES)
    for file in vocabulary_files():
        store.load(path=file, format=ox.RdfFormat.TURTLE)
    set_based = {
        (structure.rule_of(named(shape)).name, row["this"].value)
        for shape, constraint in structure.graph.subject_objects(URIRef(SH + "sparql"))
        for select in structure.graph.objects(constraint, URIRef(SH + "select"))
        for row in store.query(str(select), prefixes=structure.prefixes_of(named(constraint)))
    }
    found = findings(structure, case)
    queried = {
        (finding.rule, finding.focus)
        for finding in found
        if finding.links.component == SH + "SPARQLConstraintComponent"
    }
    assert set_based == queried
