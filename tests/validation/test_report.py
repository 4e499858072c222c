"""Findings as JSON, RDF and a table."""

import json
import random
from dataclasses import replace
from io import StringIO

import pyoxigraph as ox
import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rich.cells import cell_len
from rich.console import Console

from perfkg.messages import Language
from perfkg.namespaces import DEFAULT_BASE, PK, PROV, SH
from perfkg.validation import report, shacl_report
from perfkg.validation.findings import Finding, count_by_severity, in_order
from perfkg.validation.shapes import Shapes

from .support import RULES, findings

KEYS = [
    "rule",
    "shape",
    "severity",
    "message",
    "criterion",
    "project",
    "indicator",
    "value",
    "form",
    "forms",
    "focus",
    "document",
    "location",
]


@pytest.fixture(scope="module")
def found(structure: Shapes) -> list[Finding]:
    return findings(structure, *sorted(RULES.glob("*.wrong.ttl")))


def shown(findings: list[Finding], language: Language, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=False)
    console.print(report.to_table(findings, language))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_json_has_the_keys_of_the_contract(found: list[Finding]) -> None:
    objects = json.loads(report.to_json(found))
    assert len(objects) == len(found)
    for entry in objects:
        assert list(entry) == KEYS
        assert list(entry["message"]) == ["zh", "en"]
        assert entry["severity"] in {"Violation", "Warning", "Info"}
        assert entry["shape"] == "https://w3id.org/perfkg/shapes#" + entry["rule"]


def test_chinese_stands_in_the_json_as_it_is(found: list[Finding]) -> None:
    assert "城区公园绿化养护" in report.to_json(found)
    assert report.to_json([]) == "[]\n"


def test_the_order_of_findings_does_not_depend_on_the_order_they_came_in(
    found: list[Finding],
) -> None:
    for seed in range(5):
        shuffled = random.Random(seed).sample(found, len(found))  # noqa: S311
        assert in_order(shuffled) == found


def test_findings_stand_in_the_order_of_the_document(found: list[Finding]) -> None:
    one = found[0]
    ninth = replace(one, form="f:z", location="line 9")
    nineteenth = replace(one, form="f:z", location="line 19")
    other = replace(one, form="f:a", location="line 100")
    light = replace(ninth, severity="Info", location="line 2")
    assert in_order([other, light, nineteenth, ninth]) == [ninth, nineteenth, light, other]


def test_the_turtle_does_not_depend_on_order_and_parses_back_to_the_ntriples(
    found: list[Finding],
) -> None:
    turtle = shacl_report.to_turtle(found, DEFAULT_BASE)
    assert shacl_report.to_turtle(found[::-1], DEFAULT_BASE) == turtle
    lines = sorted(set(shacl_report.to_ntriples(found, DEFAULT_BASE)))
    assert lines == sorted(set(shacl_report.to_ntriples(found[::-1], DEFAULT_BASE)))
    parsed = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    stated = sorted(f"{quad.triple} ." for quad in parsed)
    # Only the report itself is called otherwise.
    assert [line for line in stated if "/report/" not in line] == [
        line for line in lines if "/report/" not in line
    ]
    assert len(stated) == len(lines)


def test_the_turtle_is_a_shacl_report_without_blank_nodes(found: list[Finding]) -> None:
    graph = Graph().parse(data=shacl_report.to_turtle(found, DEFAULT_BASE), format="turtle")
    assert not any(isinstance(term, BNode) for triple in graph for term in triple)
    (whole,) = graph.subjects(RDF.type, URIRef(SH + "ValidationReport"))
    assert graph.value(whole, URIRef(SH + "conforms")) == Literal(False)
    results = set(graph.objects(whole, URIRef(SH + "result")))
    assert len(results) == len(found)
    for result in results:
        assert str(result).startswith(DEFAULT_BASE + "finding/")
        for term in ("focusNode", "resultSeverity", "sourceShape", "sourceConstraintComponent"):
            assert len(list(graph.objects(result, URIRef(SH + term)))) == 1
        messages = graph.objects(result, URIRef(SH + "resultMessage"))
        assert sorted(str(message.language) for message in messages) == ["en", "zh"]
        assert graph.value(result, URIRef(PROV + "wasDerivedFrom")) is not None
        assert graph.value(result, URIRef(PK + "ofProject")) is not None
        assert graph.value(result, URIRef(PK + "sourceLocation")) is not None
        is_about_row = "/target/" in str(graph.value(result, URIRef(SH + "focusNode")))
        assert (graph.value(result, URIRef(PK + "indicator")) is not None) == is_about_row


def test_the_rdf_names_the_property_and_the_value_where_a_rule_looks_at_one(
    found: list[Finding], structure: Shapes
) -> None:
    update = "INSERT { ?f pk:projectTotal 'many' } WHERE { ?f a pk:Form }"
    more = findings(structure, RULES / "form-structure.right.ttl", update=update)
    turtle = shacl_report.to_turtle([*found, *more], DEFAULT_BASE)
    graph = Graph().parse(data=turtle, format="turtle")
    missing = URIRef("https://w3id.org/perfkg/shapes#annual-goal-missing")
    (result,) = graph.subjects(URIRef(SH + "sourceShape"), missing)
    assert graph.value(result, URIRef(SH + "resultPath")) == URIRef(PK + "annualGoal")
    assert graph.value(result, URIRef(SH + "value")) is None
    assert set(graph.objects(None, URIRef(SH + "value"))) == {Literal("many")}


def test_a_report_without_findings_conforms() -> None:
    lines = list(shacl_report.to_ntriples([], DEFAULT_BASE))
    assert len(lines) == 2
    assert any("conforms" in line and "true" in line for line in lines)


def test_the_iri_of_a_finding_follows_the_base(found: list[Finding]) -> None:
    lines = list(shacl_report.to_ntriples(found, "https://example.org/data"))
    results = [line for line in lines if "ns/shacl#result>" in line]
    assert len(results) == len(found)
    assert all("<https://example.org/data/finding/" in line for line in results)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "9 张表，11 条：违规 11，警告 0，提示 0"),
        ("en", "11 findings in 9 forms: Violation 11"),
    ],
)
def test_the_table_ends_in_a_count(found: list[Finding], language: Language, expected: str) -> None:
    assert expected in shown(found, language)


def test_the_table_shows_place_message_and_rule_under_the_name_of_the_form(
    found: list[Finding],
) -> None:
    text = shown([f for f in found if f.rule == "percent-out-of-range"], "zh", width=200)
    assert "城区公园绿化养护  gardens.txt" in text
    assert text.index("城区公园绿化养护") < text.index("line 19") < text.index("950%")
    assert "percent-out-of-range" in text
    assert "违规" in text


def test_every_line_of_the_table_is_equally_wide_on_a_screen(found: list[Finding]) -> None:
    lines = [line for line in shown(found, "zh").splitlines() if line.startswith(("│", "┃"))]
    assert len(lines) > len(found)
    assert len({cell_len(line) for line in lines}) == 1


def test_square_brackets_in_a_name_are_not_taken_for_markup(found: list[Finding]) -> None:
    assert "[红]" in shown([replace(found[0], project="[红]项目")], "zh")


def test_an_empty_table_says_so() -> None:
    assert "没有发现问题" in shown([], "zh")
    assert "Nothing was found" in shown([], "en")


def test_counts_name_every_severity(found: list[Finding]) -> None:
    assert count_by_severity(found) == {"Violation": 11, "Warning": 0, "Info": 0}
