"""What a strict reviewer of linked data asks of the ontology and of everything that uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

import perfkg
from perfkg.namespaces import DEFAULT_BASE, PK
from perfkg.resources import queries_folder, shapes_folder, statistics_folder, views_folder

DOCUMENT = URIRef(PK.removesuffix("#"))
VANN = Namespace("http://purl.org/vocab/vann/")
PACKAGE = Path(perfkg.__file__).parent
DOCS = PACKAGE.parent / "docs"
ALIGNED = (
    "http://purl.org/cerif/frapo/",
    "http://vivoweb.org/ontology/core#",
    "https://w3id.org/cerif2/",
    "https://schema.org/",
    "http://xmlns.com/foaf/0.1/",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/ns/prov#",
    "http://www.w3.org/ns/sosa/",
    "http://www.w3.org/ns/org#",
    "https://ontology.commonapproach.org/cids#",
    "http://metadata.un.org/sdg/ontology#",
    "http://qudt.org/schema/qudt/",
    "http://data.openbudgets.eu/ontology/dsd/",
    "http://purl.org/linked-data/cube#",
    PK,
)
"""The vocabularies whose terms were read in their own files; others would be alignments to air."""


USE = rf"(?<![\w:])pk:(\w+)|(?:{re.escape(PK)}|\{{PK\}})(\w+)"


def used_in(folder: Path, pattern: str) -> dict[str, set[str]]:
    """Return the terms of the ontology that files of a folder use, with the files."""
    found: dict[str, set[str]] = {}
    for file in sorted(folder.rglob(pattern)):
        text = file.read_text(encoding="utf-8")
        for name in re.findall(USE, text):
            found.setdefault("".join(name), set()).add(file.name)
    return found


@pytest.fixture(scope="module")
def terms(ontology: Graph) -> set[str]:
    found = {str(s) for s in ontology.subjects(RDFS.isDefinedBy, DOCUMENT)}
    return {iri.removeprefix(PK) for iri in found}


@pytest.mark.parametrize(
    ("place", "pattern"),
    [
        (shapes_folder(), "*.ttl"),
        (queries_folder(), "*.rq"),
        (PACKAGE / "server", "*.ttl"),
        (PACKAGE / "export", "*.py"),
        (PACKAGE / "server", "*.html"),
        (PACKAGE / "graph", "*.py"),
        (PACKAGE / "store", "*.py"),
        (views_folder(), "*.*"),
        (statistics_folder(), "*.rq"),
        (DOCS, "*.md"),
        (DOCS.parent, "README.md"),
    ],
)
def test_nothing_uses_a_term_that_the_ontology_does_not_define(
    place: Path, pattern: str, terms: set[str]
) -> None:
    used = used_in(place, pattern)
    assert {name: files for name, files in used.items() if name not in terms} == {}


def test_every_term_is_written_by_the_mapping_or_counted(terms: set[str]) -> None:
    modules = [PACKAGE / "graph" / f"{name}.py" for name in ("mapping", "things", "properties")]
    mapping = "\n".join(module.read_text(encoding="utf-8") for module in modules)
    vocabularies = (PACKAGE.parent / "ontology").glob("*.ttl")
    by_vocabulary = {
        name
        for file in vocabularies
        for name in re.findall(r"\bpk:(\w+)", file.read_text("utf-8"))
        if file.name != "perfkg.ttl"
    }
    written = set(re.findall(r"\{PK\}(\w+)", mapping)) | set(re.findall(r'"(\w+)"', mapping))
    counted = set(used_in(statistics_folder(), "*.rq"))
    assert terms - written - by_vocabulary - counted == set()


def alignments(ontology: Graph) -> Iterator[tuple[URIRef, URIRef]]:
    kinds = (
        SKOS.closeMatch,
        SKOS.exactMatch,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.seeAlso,
        OWL.disjointWith,
    )
    for kind in kinds:
        for subject, other in ontology.subject_objects(kind):
            assert isinstance(subject, URIRef)
            assert isinstance(other, URIRef)
            yield subject, other


def test_every_alignment_leads_to_a_vocabulary_that_was_read(ontology: Graph) -> None:
    found = list(alignments(ontology))
    assert len(found) > 30
    assert {str(other) for _, other in found if not str(other).startswith(ALIGNED)} == set()
    assert not any(subject == other for subject, other in found)


def test_every_internal_iri_that_a_file_names_is_described_in_one(
    ontology: Graph, vocabularies: Graph
) -> None:
    known = set(ontology.subjects()) | set(vocabularies.subjects())
    named = {
        term
        for graph in (ontology, vocabularies)
        for triple in graph
        for term in triple
        if isinstance(term, URIRef) and str(term).startswith((PK, DEFAULT_BASE))
    }
    assert len(named) > 300
    assert named - known == set()


def test_the_ontology_says_of_itself_what_its_checkers_ask_for(ontology: Graph) -> None:
    asked = (
        *(DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher),
        *(DCTERMS.license, DCTERMS.created, DCTERMS.modified, DCTERMS.bibliographicCitation),
        *(OWL.versionIRI, OWL.versionInfo, VANN.preferredNamespacePrefix),
        *(VANN.preferredNamespaceUri, DCTERMS.issued, DCTERMS.source, FOAF.logo),
        URIRef("http://purl.org/ontology/bibo/status"),
    )
    assert [str(p) for p in asked if ontology.value(DOCUMENT, p, any=True) is None] == []
    version = str(ontology.value(DOCUMENT, OWL.versionInfo))
    assert ontology.value(DOCUMENT, OWL.versionIRI) == URIRef(f"{DOCUMENT}/{version}")
    days = [ontology.value(DOCUMENT, p) for p in (DCTERMS.created, DCTERMS.modified)]
    assert all(isinstance(day, Literal) and day.datatype == XSD.date for day in days)
    assert str(days[0]) <= str(days[1])


def test_a_later_version_names_the_one_before_it(ontology: Graph) -> None:
    version = str(ontology.value(DOCUMENT, OWL.versionInfo))
    prior = ontology.value(DOCUMENT, OWL.priorVersion)
    assert (prior is None) == (version == "0.1.0")


def test_a_deprecated_term_says_why(ontology: Graph) -> None:
    for term in ontology.subjects(OWL.deprecated, Literal(True)):
        assert ontology.value(term, RDFS.comment, any=True) is not None, term


def test_a_class_and_a_property_are_told_apart_by_their_first_letter(ontology: Graph) -> None:
    for term in ontology.subjects(RDFS.isDefinedBy, DOCUMENT):
        is_class = (term, RDF.type, OWL.Class) in ontology
        assert str(term).removeprefix(PK)[0].isupper() == is_class


def test_the_shapes_are_shapes_by_the_shapes_of_shacl() -> None:
    import pyshacl

    shapes = Graph()
    for file in sorted(shapes_folder().glob("*.ttl")):
        shapes.parse(file)
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_what_is_no_shape_is_told_by_them() -> None:
    import pyshacl

    broken = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
        ex:shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:minCount "one" ] ."""
    shapes = Graph().parse(data=broken, format="turtle")
    with pytest.raises(pyshacl.errors.ReportableRuntimeError, match="MetaSHACL"):
        pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)


def test_a_term_that_is_not_defined_would_be_found(tmp_path: Path, terms: set[str]) -> None:
    (tmp_path / "wrong.rq").write_text("SELECT ?f { ?f pk:year ?y ; pk:yaer ?z }")
    (tmp_path / "wrong.py").write_text('QUERY = f"<{PK}fiscalYaer>"')
    assert used_in(tmp_path, "*.*").keys() - terms == {"yaer", "fiscalYaer"}
