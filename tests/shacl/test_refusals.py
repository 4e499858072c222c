"""What cannot be run is refused by name when the shapes are compiled, with the shape's place."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.shacl import (
    ShaclError,
    ShapeInvalid,
    ShapeUnsupported,
    ValidationFailure,
    compile_files,
    compile_shapes,
)
from tests.shacl.support import PREFIXES, parse, store_of

REFUSED = {
    "sh:rule [] .": (ShapeUnsupported, "sh:rule"),
    "sh:target [] .": (ShapeUnsupported, "sh:target"),
    "sh:js [] .": (ShapeUnsupported, "sh:js"),
    "sh:expression [] .": (ShapeUnsupported, "sh:expression"),
    "sh:minCont 1 .": (ShapeUnsupported, "sh:minCont"),
    "sh:node ex:s .": (ShapeUnsupported, "recursive"),
    "sh:not [ sh:property [ sh:path ex:p ; sh:node ex:s ] ] .": (ShapeUnsupported, "recursive"),
    'sh:pattern "(?=a)" .': (ShapeUnsupported, "(?=a)"),
    'sh:pattern "a" ; sh:flags "k" .': (ShapeUnsupported, "sh:flags"),
    "sh:hasValue [] .": (ShapeUnsupported, "blank node"),
    "sh:node ex:missing .": (ShapeInvalid, "not defined"),
    "sh:minCount 1 .": (ShapeInvalid, "property shapes only"),
    "sh:property [ sh:minCount 1 ] .": (ShapeInvalid, "sh:path"),
    "sh:property [ sh:path [] ; sh:minCount 1 ] .": (ShapeInvalid, "property path"),
    "sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ] .": (ShapeInvalid, "two members"),
    'sh:property [ sh:path ex:p ; sh:minCount "1" ] .': (ShapeInvalid, "an integer"),
    'sh:property [ sh:path ex:p ; sh:minCount "a"^^xsd:integer ] .': (ShapeInvalid, "well-formed"),
    "sh:property [ sh:path ex:p ; sh:minCount 1 , 2 ] .": (ShapeInvalid, "takes one value"),
    "sh:nodeKind ex:kind .": (ShapeInvalid, "sh:IRIOrLiteral"),
    'sh:class "ex:C" .': (ShapeInvalid, "an IRI"),
    "sh:in ex:notAList .": (ShapeInvalid, "list"),
    "sh:in [ rdf:first 1 ; rdf:rest _:more ] . _:more rdf:first 2 .": (ShapeInvalid, "list"),
    "sh:or [ rdf:first ex:t ; rdf:rest _:l ] . _:l rdf:first ex:t ; rdf:rest _:l .": (
        ShapeInvalid,
        "list",
    ),
    'sh:closed "yes" .': (ShapeInvalid, "true or false"),
    "sh:sparql [ ] .": (ShapeInvalid, "sh:select"),
    'sh:sparql [ sh:select "SELECT $this WHERE { $this ex:p ?x }" ] .': (ShapeInvalid, "Prefix"),
    'sh:sparql [ sh:select "SELECT $this WHERE { $this ?p }" ] .': (ShapeInvalid, "SPARQL"),
    'sh:sparql [ sh:select "ASK { $this ?p ?o }" ] .': (ShapeUnsupported, "SELECT"),
    'sh:sparql [ sh:select "SELECT ?x WHERE { $this ?p ?x }" ] .': (ShapeUnsupported, "$this"),
    'sh:sparql [ sh:select "SELECT $this WHERE { $this $PATH ?x }" ] .': (
        ShapeUnsupported,
        "$PATH",
    ),
    'sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?x MINUS { ?x ?p 1 } }" ] .': (
        ShapeUnsupported,
        "MINUS",
    ),
    "sh:sparql [ sh:select \"SELECT $this WHERE { $this ?p ?x FILTER REGEX(?x, '(?!a)') }\" ] .": (
        ShapeUnsupported,
        "(?!a)",
    ),
}


@pytest.mark.parametrize("body", REFUSED)
def test_a_shape_that_cannot_be_run_is_refused_by_name(body: str) -> None:
    kind, says = REFUSED[body]
    with pytest.raises(kind) as refused:
        compile_shapes(parse(f"ex:s a sh:NodeShape ; sh:targetNode ex:a ; {body}"))
    assert says in refused.value.en
    assert refused.value.zh != refused.value.en
    assert "<http://example.com/s>" in str(refused.value.place)


def test_an_error_names_the_file_and_the_shape(tmp_path: Path) -> None:
    file = tmp_path / "rules.ttl"
    file.write_text(PREFIXES + "ex:s sh:property [ sh:path ex:p ; sh:rule 1 ] .", encoding="utf-8")
    with pytest.raises(ShapeUnsupported) as refused:
        compile_files([file])
    assert str(refused.value.place).startswith(f"{file}, <http://example.com/s>")


def test_a_file_that_is_no_turtle_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.ttl"
    file.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\nex:s sh:path ;", encoding="utf-8")
    with pytest.raises(ShapeInvalid) as refused:
        compile_files([file])
    assert refused.value.place == f"{file}, line 2"


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShapeInvalid) as refused:
        compile_files([tmp_path / "none.ttl"])
    assert str(refused.value).startswith(str(tmp_path / "none.ttl"))


def test_nothing_is_run_when_one_shape_of_many_is_refused() -> None:
    shapes = "ex:good sh:targetNode ex:a ; sh:class ex:C . ex:bad sh:targetNode ex:a ; sh:rule 1 ."
    with pytest.raises(ShaclError):
        compile_shapes(parse(shapes))


def test_a_failure_that_a_query_reports_stops_the_run() -> None:
    shapes = """ex:s sh:targetNode ex:a ; sh:sparql [
        sh:select "SELECT $this ?failure WHERE { BIND (true AS ?failure) }" ] ."""
    with pytest.raises(ValidationFailure, match="failure"):
        compile_shapes(parse(shapes)).validate(store_of("ex:a ex:p 1 ."))


def test_the_store_is_only_read(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    writing = ox.Store(folder)
    writing.extend(store_of("ex:a ex:p 1 ."))
    writing.flush()
    del writing
    plan = compile_shapes(parse("ex:s sh:targetSubjectsOf ex:p ; sh:class ex:C ."))
    (result,) = plan.validate(ox.Store.read_only(folder))
    assert result.focus_node == ox.NamedNode("http://example.com/a")
