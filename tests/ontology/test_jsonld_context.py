"""The JSON-LD context: it covers the ontology, agrees with it, and reads everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef

from perfkg.namespaces import PK, PREFIXES

FORM = "https://w3id.org/perfkg/id/form/1"
DATA: list[dict[str, Any]] = [
    {
        "id": FORM,
        "type": ["Form", "TargetForm"],
        "label": "档案管理 绩效目标申报表 2024",
        "title": "2024年度档案管理",
        "project": "https://w3id.org/perfkg/id/project/1",
        "fiscalYear": "2024",
        "year": 2024,
        "plannedStart": "2024-01-01",
        "annualRequest": "470000",
        "annualGoal": "保证档案完整。",
        "hadPrimarySource": "https://w3id.org/perfkg/id/document/1",
    },
    {
        "id": "https://w3id.org/perfkg/id/target/1",
        "type": ["Target", "QuantitativeTarget"],
        "inForm": FORM,
        "comparator": "odrl:gteq",
        "value": "63.5",
        "unit": "http://qudt.org/vocab/unit/PERCENT",
        "normalizedUnit": "qudtunit:PERCENT",
        "rawText": "≥63.50(%)",
        "repair": ["二级指标承上页", "名称跨页合并"],
    },
    {
        "id": "https://w3id.org/perfkg/id/document/1",
        "type": ["SourceDocument", "Document"],
        "label": {"@value": "f.txt"},
        "name": "f.txt",
        "encodingFormat": "text/plain",
        "sha256": "00ff",
    },
    {
        "id": "https://w3id.org/perfkg/id/organization/1",
        "type": "FormalOrganization",
        "prefLabel": "档案馆",
        "altLabel": ["市档案馆"],
    },
]
TURTLE = """
PREFIX pk: <https://w3id.org/perfkg/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX id: <https://w3id.org/perfkg/id/>

<https://w3id.org/perfkg/id/form/1> a pk:Form , pk:TargetForm ;
    rdfs:label "档案管理 绩效目标申报表 2024"@zh ; dcterms:title "2024年度档案管理"@zh ;
    pk:project <https://w3id.org/perfkg/id/project/1> ;
    pk:fiscalYear "2024"^^xsd:gYear ; pk:year 2024 ;
    pk:plannedStart "2024-01-01"^^xsd:date ; pk:annualRequest "470000"^^xsd:decimal ;
    pk:annualGoal "保证档案完整。"@zh ;
    <http://www.w3.org/ns/prov#hadPrimarySource> <https://w3id.org/perfkg/id/document/1> .
<https://w3id.org/perfkg/id/target/1> a pk:Target , pk:QuantitativeTarget ;
    pk:inForm <https://w3id.org/perfkg/id/form/1> ;
    pk:comparator <http://www.w3.org/ns/odrl/2/gteq> ; pk:value 63.5 ;
    pk:unit <http://qudt.org/vocab/unit/PERCENT> ;
    pk:normalizedUnit <http://qudt.org/vocab/unit/PERCENT> ;
    pk:rawText "≥63.50(%)" ; pk:repair "二级指标承上页" , "名称跨页合并" .
<https://w3id.org/perfkg/id/document/1>
    a pk:SourceDocument , <http://xmlns.com/foaf/0.1/Document> ;
    rdfs:label "f.txt" ; schema:name "f.txt" ; schema:encodingFormat "text/plain" ;
    schema:sha256 "00ff" .
<https://w3id.org/perfkg/id/organization/1> a <http://www.w3.org/ns/org#FormalOrganization> ;
    skos:prefLabel "档案馆"@zh ; skos:altLabel "市档案馆"@zh .
"""


@pytest.fixture(scope="module")
def context(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))
    assert list(document) == ["@context"]
    found: dict[str, Any] = document["@context"]
    return found


def _local(term: URIRef) -> str:
    return str(term).removeprefix(PK)


def test_the_context_stands_alone(context: dict[str, Any]) -> None:
    assert isinstance(context, dict)
    assert context["@version"] == 1.1
    assert "@import" not in context
    assert context["id"] == "@id"
    assert context["type"] == "@type"


def test_every_prefix_of_the_project_is_known(context: dict[str, Any]) -> None:
    # `unit` is the property pk:unit here, so the units of QUDT have another prefix.
    renamed = {"unit": "qudtunit"}
    for prefix, namespace in PREFIXES.items():
        assert context[renamed.get(prefix, prefix)] == namespace


def test_every_class_of_the_ontology_is_a_term(context: dict[str, Any], ontology: Graph) -> None:
    for term in ontology.subjects(RDF.type, OWL.Class):
        assert isinstance(term, URIRef)
        assert context[_local(term)] == f"pk:{_local(term)}"


def test_every_property_is_coerced_to_its_range(context: dict[str, Any], ontology: Graph) -> None:
    for term, range_ in ontology.subject_objects(RDFS.range):
        assert isinstance(term, URIRef)
        definition = context[_local(term)]
        assert definition["@id"] == f"pk:{_local(term)}"
        if range_ == RDF.langString:
            assert definition == {"@id": definition["@id"], "@language": "zh"}
        elif str(range_).startswith(str(XSD)):
            assert definition["@type"] == str(range_).replace(str(XSD), "xsd:")
        else:
            assert definition["@type"] == "@id"


def test_every_pk_term_of_the_context_is_in_the_ontology(
    context: dict[str, Any], ontology: Graph
) -> None:
    for name, definition in context.items():
        target = definition.get("@id") if isinstance(definition, dict) else definition
        if isinstance(target, str) and target.startswith("pk:"):
            assert target == f"pk:{name}"
            assert (URIRef(f"{PK}{name}"), RDF.type, None) in ontology


def _triples(text: str, format_: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(input=text, format=format_)}


def test_oxigraph_reads_the_json_as_the_triples_it_stands_for(context: dict[str, Any]) -> None:
    text = json.dumps({"@context": context, "@graph": DATA}, ensure_ascii=False)
    assert _triples(text, ox.RdfFormat.JSON_LD) == _triples(TURTLE, ox.RdfFormat.TURTLE)


# The JSON-LD parser of rdflib uses a class that rdflib itself deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_the_json_as_the_triples_it_stands_for(context: dict[str, Any]) -> None:
    text = json.dumps({"@context": context, "@graph": DATA}, ensure_ascii=False)
    # rdflib tells "x" and "x"^^xsd:string apart; as N-Triples of RDF 1.1 they are one.
    lines = Graph().parse(data=text, format="json-ld").serialize(format="nt")
    assert _triples(lines, ox.RdfFormat.N_TRIPLES) == _triples(TURTLE, ox.RdfFormat.TURTLE)


def test_pyld_reads_the_json_as_the_triples_it_stands_for(context: dict[str, Any]) -> None:
    document = {"@context": context, "@graph": DATA}
    lines = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert _triples(lines, ox.RdfFormat.N_QUADS) == _triples(TURTLE, ox.RdfFormat.TURTLE)
