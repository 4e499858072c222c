"""The ontology: every term of the contract is there, described, and aligned."""

from __future__ import annotations

from collections import defaultdict

import pytest
from rdflib import OWL, PROV, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, SOSA

from perfkg.namespaces import PK

pk = Namespace(PK)
schema = Namespace("https://schema.org/")
cids = Namespace("https://ontology.commonapproach.org/cids#")
odrl = Namespace("http://www.w3.org/ns/odrl/2/")
org = Namespace("http://www.w3.org/ns/org#")
qudt = Namespace("http://qudt.org/schema/qudt/")
vann = Namespace("http://purl.org/vocab/vann/")
DOCUMENT = URIRef("https://w3id.org/perfkg/def")

CLASSES = (
    "Form",
    "TargetForm",
    "SelfEvaluationForm",
    "SourceDocument",
    "Project",
    "Indicator",
    "IndicatorClass",
    "Target",
    "QuantitativeTarget",
    "QualitativeTarget",
    "Result",
    "Statistic",
)

TARGET_OR_RESULT = {pk.QuantitativeTarget, pk.Result}
TARGET_OR_FINDING = {pk.Target, SH.ValidationResult}
PROPERTIES: dict[str, tuple[set[URIRef], URIRef]] = {
    "project": ({pk.Form}, pk.Project),
    "supervisingDepartment": ({pk.Form}, org.FormalOrganization),
    "implementingUnit": ({pk.Form, pk.Project}, org.FormalOrganization),
    "projectNature": ({pk.Form}, SKOS.Concept),
    "projectCategory": ({pk.Form}, SKOS.Concept),
    "fiscalYear": ({pk.Form}, XSD.gYear),
    "year": ({pk.Form}, XSD.integer),
    "plannedStart": ({pk.Form}, XSD.date),
    "plannedEnd": ({pk.Form}, XSD.date),
    "projectTotal": ({pk.Form}, XSD.decimal),
    "projectFiscal": ({pk.Form}, XSD.decimal),
    "projectOther": ({pk.Form}, XSD.decimal),
    "annualRequest": ({pk.Form}, XSD.decimal),
    "annualAppropriation": ({pk.Form}, XSD.decimal),
    "carriedOver": ({pk.Form}, XSD.decimal),
    "annualOther": ({pk.Form}, XSD.decimal),
    "longTermGoal": ({pk.Form}, RDF.langString),
    "annualGoal": ({pk.Form}, RDF.langString),
    "inForm": ({pk.Target}, pk.Form),
    "ofProject": (TARGET_OR_FINDING, pk.Project),
    "indicator": (TARGET_OR_FINDING, pk.Indicator),
    "level1": ({pk.Target}, pk.IndicatorClass),
    "level2": ({pk.Target}, pk.IndicatorClass),
    "position": ({pk.Target}, XSD.integer),
    "weight": ({pk.Target}, XSD.decimal),
    "comparator": ({pk.QuantitativeTarget}, odrl.Operator),
    "value": (TARGET_OR_RESULT, XSD.decimal),
    "unit": (TARGET_OR_RESULT, qudt.Unit),
    "normalizedValue": (TARGET_OR_RESULT, XSD.decimal),
    "normalizedUnit": (TARGET_OR_RESULT, qudt.Unit),
    "targetText": ({pk.QualitativeTarget}, RDF.langString),
    "rawText": ({pk.Target, pk.Result}, XSD.string),
    "resultOf": ({pk.Result}, pk.Target),
    "reportedIn": ({pk.Result}, pk.Form),
    "score": ({pk.Result}, XSD.decimal),
    "deviationReason": ({pk.Result}, RDF.langString),
    "achievedGoal": ({pk.SelfEvaluationForm}, RDF.langString),
    "initialBudget": ({pk.SelfEvaluationForm}, XSD.decimal),
    "adjustedBudget": ({pk.SelfEvaluationForm}, XSD.decimal),
    "executedBudget": ({pk.SelfEvaluationForm}, XSD.decimal),
    "executionRate": ({pk.SelfEvaluationForm}, XSD.decimal),
    "executionWeight": ({pk.SelfEvaluationForm}, XSD.decimal),
    "executionScore": ({pk.SelfEvaluationForm}, XSD.decimal),
    "totalScore": ({pk.SelfEvaluationForm}, XSD.decimal),
    "sourceLocation": ({pk.Form} | TARGET_OR_FINDING, XSD.string),
    "repair": ({pk.Form, pk.Target}, XSD.string),
    "forIndicator": ({pk.Statistic}, pk.Indicator),
    "forUnit": ({pk.Statistic}, qudt.Unit),
    "forClass": ({pk.Statistic}, pk.IndicatorClass),
    "forLevel1": ({pk.Statistic}, pk.IndicatorClass),
    "forLevel2": ({pk.Statistic}, pk.IndicatorClass),
    "forYear": ({pk.Statistic}, XSD.integer),
    "forRule": ({pk.Statistic}, SH.Shape),
    "forCriterion": ({pk.Statistic}, SKOS.Concept),
    "forSeverity": ({pk.Statistic}, SH.Severity),
    "formCount": ({pk.Statistic}, XSD.integer),
    "projectCount": ({pk.Statistic}, XSD.integer),
    "indicatorCount": ({pk.Statistic}, XSD.integer),
    "findingCount": ({pk.Statistic}, XSD.integer),
    "smallestValue": ({pk.Statistic}, XSD.decimal),
    "largestValue": ({pk.Statistic}, XSD.decimal),
    "targetCount": ({pk.Form, pk.Statistic}, XSD.integer),
    "quantitativeTargetCount": ({pk.Form, pk.Statistic}, XSD.integer),
    "qualitativeTargetCount": ({pk.Form}, XSD.integer),
    "lacksClass": ({pk.Form}, pk.IndicatorClass),
    "restates": ({pk.SelfEvaluationForm}, pk.TargetForm),
    "weightSum": ({pk.SelfEvaluationForm}, XSD.decimal),
    "scoreSum": ({pk.SelfEvaluationForm}, XSD.decimal),
    "violationCount": ({pk.Form}, XSD.integer),
    "warningCount": ({pk.Form}, XSD.integer),
    "infoCount": ({pk.Form}, XSD.integer),
    "usedInTargets": ({pk.Indicator}, XSD.integer),
    "usedInProjects": ({pk.Indicator}, XSD.integer),
}


def _terms(ontology: Graph) -> set[URIRef]:
    return {s for s in ontology.subjects() if isinstance(s, URIRef) and str(s).startswith(PK)}


def _languages(ontology: Graph, term: URIRef, predicate: URIRef) -> list[str]:
    return sorted(
        str(t.language) for t in ontology.objects(term, predicate) if isinstance(t, Literal)
    )


def _domains(ontology: Graph, term: URIRef) -> set[object]:
    stated = list(ontology.objects(term, RDFS.domain))
    return set(stated) | set(ontology.objects(term, schema.domainIncludes))


def test_the_terms_are_those_of_the_contract_and_no_others(ontology: Graph) -> None:
    assert _terms(ontology) == {pk[name] for name in (*CLASSES, *PROPERTIES)}


def test_every_class_is_an_owl_class(ontology: Graph) -> None:
    assert set(ontology.subjects(RDF.type, OWL.Class)) == {pk[name] for name in CLASSES}


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_has_its_domain_and_its_range(ontology: Graph, name: str) -> None:
    domains, range_ = PROPERTIES[name]
    assert _domains(ontology, pk[name]) == domains
    assert list(ontology.objects(pk[name], RDFS.range)) == [range_]
    assert len(list(ontology.objects(pk[name], RDFS.domain))) == (1 if len(domains) == 1 else 0)


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_is_of_the_kind_its_range_asks_for(ontology: Graph, name: str) -> None:
    range_ = PROPERTIES[name][1]
    is_data = range_ == RDF.langString or str(range_).startswith(str(XSD))
    kind = OWL.DatatypeProperty if is_data else OWL.ObjectProperty
    assert list(ontology.objects(pk[name], RDF.type)) == [kind]


def test_every_term_is_defined_in_both_languages_and_says_where(ontology: Graph) -> None:
    for term in _terms(ontology):
        assert _languages(ontology, term, RDFS.label) == ["en", "zh"], term
        assert _languages(ontology, term, SKOS.definition) == ["en", "zh"], term
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [DOCUMENT], term


def test_no_two_terms_share_a_label(ontology: Graph) -> None:
    holders: dict[tuple[str, str | None], set[URIRef]] = defaultdict(set)
    for term in _terms(ontology):
        for label in ontology.objects(term, RDFS.label):
            assert isinstance(label, Literal)
            holders[str(label).casefold(), label.language].add(term)
    assert {label: terms for label, terms in holders.items() if len(terms) > 1} == {}


@pytest.mark.parametrize(
    ("term", "superior"),
    [
        (pk.Form, FOAF.Document),
        (pk.TargetForm, pk.Form),
        (pk.SelfEvaluationForm, pk.Form),
        (pk.SourceDocument, FOAF.Document),
        (pk.Project, FOAF.Project),
        (pk.Indicator, SKOS.Concept),
        (pk.IndicatorClass, SKOS.Concept),
        (pk.Target, PROV.Entity),
        (pk.QuantitativeTarget, pk.Target),
        (pk.QualitativeTarget, pk.Target),
        (pk.Result, SOSA.Observation),
        (pk.Statistic, PROV.Entity),
    ],
)
def test_every_class_has_exactly_its_superclass(
    ontology: Graph, term: URIRef, superior: URIRef
) -> None:
    assert list(ontology.objects(term, RDFS.subClassOf)) == [superior]


@pytest.mark.parametrize(
    ("term", "matches"),
    [
        (
            pk.Project,
            {
                URIRef("http://purl.org/cerif/frapo/Project"),
                URIRef("http://vivoweb.org/ontology/core#Project"),
                URIRef("https://w3id.org/cerif2/Project"),
                schema.Project,
            },
        ),
        (
            pk.Indicator,
            {
                cids.Indicator,
                URIRef("http://metadata.un.org/sdg/ontology#Indicator"),
                SOSA.ObservableProperty,
            },
        ),
        (pk.QuantitativeTarget, {cids.Target, schema.QuantitativeValue, qudt.QuantityValue}),
        (pk.Result, {cids.IndicatorReport}),
        (pk.Statistic, {URIRef("http://purl.org/linked-data/cube#Observation")}),
    ],
)
def test_a_class_names_its_close_matches(
    ontology: Graph, term: URIRef, matches: set[URIRef]
) -> None:
    assert set(ontology.objects(term, SKOS.closeMatch)) == matches


def test_dates_are_special_cases_of_start_and_end(ontology: Graph) -> None:
    assert (pk.plannedStart, RDFS.subPropertyOf, schema.startDate) in ontology
    assert (pk.plannedEnd, RDFS.subPropertyOf, schema.endDate) in ontology


def test_a_target_in_numbers_is_never_one_in_words(ontology: Graph) -> None:
    assert (pk.QuantitativeTarget, OWL.disjointWith, pk.QualitativeTarget) in ontology
    assert (pk.QualitativeTarget, OWL.disjointWith, pk.QuantitativeTarget) in ontology


def test_a_result_is_never_a_prov_entity(ontology: Graph) -> None:
    assert (pk.Result, OWL.disjointWith, PROV.Entity) in ontology
    assert PROV.Entity not in set(ontology.transitive_objects(pk.Result, RDFS.subClassOf))


@pytest.mark.parametrize(
    "predicate",
    [
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.publisher,
        DCTERMS.license,
        DCTERMS.created,
        DCTERMS.modified,
        DCTERMS.bibliographicCitation,
        OWL.versionInfo,
    ],
)
def test_the_header_carries_its_metadata(ontology: Graph, predicate: URIRef) -> None:
    assert list(ontology.objects(DOCUMENT, predicate))


def test_the_header_names_version_prefix_and_namespace(ontology: Graph) -> None:
    assert (DOCUMENT, RDF.type, OWL.Ontology) in ontology
    assert (DOCUMENT, OWL.versionIRI, URIRef(f"{DOCUMENT}/0.1.0")) in ontology
    assert (DOCUMENT, vann.preferredNamespacePrefix, Literal("pk")) in ontology
    assert (DOCUMENT, vann.preferredNamespaceUri, Literal(PK)) in ontology
    assert _languages(ontology, DOCUMENT, DCTERMS.title) == ["en", "zh"]
    assert _languages(ontology, DOCUMENT, DCTERMS.description) == ["en", "zh"]
