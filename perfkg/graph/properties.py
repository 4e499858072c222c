"""The predicates, and the classes, of what is said of a form, each as the middle of a line.

A line begins with `ntriples.about`; after a predicate follow the object and ` .`, after a class
nothing.
"""

from __future__ import annotations

from typing import Final

from perfkg.forms.model import FormKind
from perfkg.graph import ntriples as nt
from perfkg.graph.ntriples import predicate
from perfkg.namespaces import DCTERMS, FOAF, PK, PROV, RDF, RDFS, SCHEMA

TYPE: Final = predicate(f"{RDF}type")
LABEL: Final = predicate(f"{RDFS}label")
TITLE: Final = predicate(f"{DCTERMS}title")
SOURCE: Final = predicate(f"{PROV}hadPrimarySource")
NAME: Final = predicate(f"{SCHEMA}name")
FORMAT: Final = predicate(f"{SCHEMA}encodingFormat")
SHA256: Final = predicate(f"{SCHEMA}sha256")


def _own(name: str) -> str:
    """Return a property of our own ontology as the middle of a line."""
    return predicate(PK + name)


def _class(iri: str) -> str:
    """Return what states that something is of a class."""
    return f"{TYPE}{nt.iri(iri)} ."


IS_DOCUMENT: Final = (_class(f"{PK}SourceDocument"), _class(f"{FOAF}Document"))
IS_PROJECT: Final = _class(f"{PK}Project")
IS_TARGET: Final = _class(f"{PK}Target")
IS_QUANTITATIVE: Final = _class(f"{PK}QuantitativeTarget")
IS_QUALITATIVE: Final = _class(f"{PK}QualitativeTarget")
IS_RESULT: Final = _class(f"{PK}Result")
PROJECT: Final = _own("project")
DEPARTMENT: Final = _own("supervisingDepartment")
UNIT_OF: Final = _own("implementingUnit")
NATURE: Final = _own("projectNature")
CATEGORY: Final = _own("projectCategory")
FISCAL_YEAR: Final = _own("fiscalYear")
YEAR: Final = _own("year")
START: Final = _own("plannedStart")
END: Final = _own("plannedEnd")
LONG_TERM: Final = _own("longTermGoal")
ANNUAL: Final = _own("annualGoal")
ACHIEVED: Final = _own("achievedGoal")
TOTAL: Final = _own("totalScore")
LOCATION: Final = _own("sourceLocation")
REPAIR: Final = _own("repair")
IN_FORM: Final = _own("inForm")
OF_PROJECT: Final = _own("ofProject")
INDICATOR: Final = _own("indicator")
LEVEL1: Final = _own("level1")
LEVEL2: Final = _own("level2")
POSITION: Final = _own("position")
TARGET_TEXT: Final = _own("targetText")
WEIGHT: Final = _own("weight")
COMPARATOR: Final = _own("comparator")
RESULT_OF: Final = _own("resultOf")
REPORTED_IN: Final = _own("reportedIn")
SCORE: Final = _own("score")
REASON: Final = _own("deviationReason")
RAW: Final = _own("rawText")
VALUE: Final = _own("value")
UNIT: Final = _own("unit")
NORMALIZED: Final = _own("normalizedValue")
NORMALIZED_UNIT: Final = _own("normalizedUnit")
EXECUTION: Final = {
    "initial_budget": _own("initialBudget"),
    "adjusted_budget": _own("adjustedBudget"),
    "executed_budget": _own("executedBudget"),
    "rate": _own("executionRate"),
    "weight": _own("executionWeight"),
    "score": _own("executionScore"),
}
FUNDS: Final = {
    "project_total": _own("projectTotal"),
    "project_fiscal": _own("projectFiscal"),
    "project_other": _own("projectOther"),
    "annual_request": _own("annualRequest"),
    "annual_appropriation": _own("annualAppropriation"),
    "carried_over": _own("carriedOver"),
    "annual_other": _own("annualOther"),
}
IS_FORM: Final = {
    FormKind.TARGET: (_class(f"{PK}Form"), _class(f"{PK}TargetForm")),
    FormKind.SELF_EVALUATION: (_class(f"{PK}Form"), _class(f"{PK}SelfEvaluationForm")),
}
