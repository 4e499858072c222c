"""Reading the shapes, checking them, and the catalogue of rules."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, URIRef

from perfkg.errors import ShapesError
from perfkg.namespaces import SH, SHAPES
from perfkg.validation.shapes import Shapes, load_shapes, read_shapes

from .support import RULES, findings

HEAD = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix pk: <https://w3id.org/perfkg/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix my: <https://example.org/rules#> .
"""


def write(folder: Path, body: str) -> Path:
    file = folder / "own.ttl"
    file.write_text(HEAD + body, encoding="utf-8")
    return file


def test_every_rule_is_labelled_explained_and_serves_a_criterion(shapes: Shapes) -> None:
    for rule in shapes.rules.values():
        assert rule.iri == SHAPES + rule.name
        assert rule.label.zh != rule.label.en != ""
        assert rule.comment.zh != rule.comment.en != ""
        assert rule.criterion is not None
        assert rule.criterion.label.zh in {"完整性", "相关性", "适当性", "可行性"}


def test_the_sources_of_a_rule_are_named(shapes: Shapes) -> None:
    rule = shapes.rules[SHAPES + "level-mismatch"]
    assert [source.zh for source in rule.sources] == ["财预〔2015〕88号", "财预〔2021〕101号"]


def test_every_message_is_given_in_both_languages(shapes: Shapes) -> None:
    message = URIRef(SH + "message")
    speaking = set(shapes.graph.subjects(message, None))
    assert speaking
    for shape in speaking:
        languages = sorted(text.language for text in shapes.graph.objects(shape, message))
        assert languages == ["en", "zh"], shape


def test_every_shape_has_a_name_and_leads_back_to_a_rule_of_its_severity(shapes: Shapes) -> None:
    severity = URIRef(SH + "severity")
    for shape in shapes.graph.subjects(severity, None):
        assert not isinstance(shape, BNode)
        rule = shapes.rule_of(ox.NamedNode(str(shape)))
        assert rule.iri in shapes.rules
        assert str(shape).startswith(rule.iri)
        assert str(shapes.graph.value(shape, severity)) == SH + rule.severity


def test_a_file_that_is_no_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, "my:rule a sh:NodeShape ;\n    sh:targetClass .\n")
    with pytest.raises(ShapesError) as caught:
        load_shapes([file])
    assert caught.value.place == f"{file}, line 8"
    assert "Turtle" in caught.value.text.zh


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShapesError) as caught:
        load_shapes([tmp_path / "none.ttl"])
    assert caught.value.place == str(tmp_path / "none.ttl")


def test_a_rule_whose_query_is_no_sparql_is_named(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """my:rule a sh:NodeShape ; sh:targetClass pk:Form ; sh:sparql my:query .
        my:query sh:select "SELECT $this WHERE { $this pk:year }" .""",
    )
    with pytest.raises(ShapesError) as caught:
        load_shapes([file])
    assert caught.value.place == f"{file}, <https://example.org/rules#query>"


@pytest.mark.parametrize(
    "body",
    [
        "my:rule a sh:NodeShape ; sh:targetClass pk:Form ; sh:property [ sh:minCount 1 ] .",
        """my:rule a sh:NodeShape ; sh:targetClass pk:Form ; sh:sparql my:query .
        my:query sh:prefixes <https://w3id.org/perfkg/shapes> ;
            sh:select "SELECT $this WHERE { $this pk:year ?y MINUS { $this pk:year 1 } }" .""",
    ],
    ids=["a property without a path", "a query that SHACL does not allow"],
)
def test_shapes_that_cannot_be_run_are_reported_when_run(tmp_path: Path, body: str) -> None:
    shapes = load_shapes([write(tmp_path, body)])
    with pytest.raises(ShapesError):
        findings(shapes, RULES / "form-structure.right.ttl")


def test_a_rule_of_ones_own_is_a_file_beside_the_built_in_ones(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """my:long-term a sh:NodeShape ;
            rdfs:label "缺项目总目标"@zh , "No long-term goal"@en ;
            dcterms:subject <https://w3id.org/perfkg/shapes#completeness> ;
            sh:targetClass pk:TargetForm ;
            sh:severity sh:Warning ;
            sh:property [ sh:path pk:longTermGoal ; sh:minCount 1 ; sh:severity sh:Warning ;
                sh:message "请填写项目总目标。" ] .""",
    )
    everything = findings(load_shapes([file]), RULES / "form-structure.right.ttl")
    (found,) = [finding for finding in everything if finding.rule == "long-term"]
    assert (found.rule, found.severity, found.criterion) == ("long-term", "Warning", "完整性")
    assert found.shape == "https://example.org/rules#long-term"
    assert (found.message.zh, found.message.en) == ("请填写项目总目标。", "请填写项目总目标。")


def test_a_plain_shape_without_any_words_still_gives_a_readable_finding(tmp_path: Path) -> None:
    file = write(
        tmp_path, "my:bare a sh:NodeShape ; sh:targetClass pk:Form ; sh:nodeKind sh:Literal ."
    )
    (found,) = findings(read_shapes([file]), RULES / "form-structure.right.ttl")
    assert (found.rule, found.severity, found.criterion) == ("bare", "Violation", None)
    assert found.message.zh
