"""What any engine says about a node becomes a finding in the words of the form."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import PK, SH, SHAPES
from perfkg.validation.engine import Result
from perfkg.validation.shapes import Shapes
from perfkg.validation.telling import tell

from .support import RULES, store

TARGET = ox.NamedNode("https://w3id.org/perfkg/id/target/percent-out-of-range-1")
RESULT = Result(
    focus=TARGET,
    shape=ox.NamedNode(SHAPES + "percent-out-of-range"),
    severity="Violation",
    component=SH + "SPARQLConstraintComponent",
    message=Text("不对", "Wrong"),
)


def data(update: str = "") -> ox.Store:
    return store(RULES / "percent-out-of-range.wrong.ttl", update=update)


def test_a_result_is_joined_with_its_row_its_form_and_its_source(structure: Shapes) -> None:
    (found,) = tell([RESULT], data(), structure)
    assert (found.rule, found.criterion, found.message.en) == (
        "percent-out-of-range",
        "适当性",
        "Wrong",
    )
    assert (found.project, found.indicator, found.value) == (
        "城区公园绿化养护",
        "苗木成活率",
        "≥950%",
    )
    assert (found.document, found.location) == ("gardens.txt", "line 19")
    assert found.department is not None


def test_the_unit_answers_for_a_form_without_a_department(structure: Shapes) -> None:
    both = tell([RESULT], data(), structure)[0].department
    without = "DELETE WHERE { ?form pk:supervisingDepartment ?any }"
    alone = tell([RESULT], data(without), structure)[0].department
    assert alone is not None
    assert alone != both
    neither = f"{without} ; DELETE WHERE {{ ?form pk:implementingUnit ?any }}"
    assert tell([RESULT], data(neither), structure)[0].department is None


def test_what_two_constraints_of_a_rule_say_alike_is_one_finding_with_the_gravest_first(
    structure: Shapes,
) -> None:
    light = replace(RESULT, severity="Info", path=PK + "value")
    other = replace(RESULT, message=Text("又不对", "Wrong again"))
    for results in ([light, RESULT, other], [other, RESULT, light]):
        found = tell(results, data(), structure)
        assert [finding.severity for finding in found] == ["Violation", "Violation"]
        assert {finding.message.en for finding in found} == {"Wrong", "Wrong again"}


def test_a_value_is_kept_unless_it_is_the_node_itself(structure: Shapes) -> None:
    number = ox.Literal("950", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    (found,) = tell([replace(RESULT, value=number)], data(), structure)
    assert found.links.value == number
    (found,) = tell([replace(RESULT, value=TARGET)], data(), structure)
    assert found.links.value is None


def test_a_shape_that_states_no_message_is_told_by_its_rule(structure: Shapes) -> None:
    (found,) = tell([replace(RESULT, message=None)], data(), structure)
    rule = structure.rules[SHAPES + "percent-out-of-range"]
    assert rule.label.zh in found.message.zh
    assert rule.comment.en in found.message.en


def test_a_finding_about_a_result_leads_to_the_row_of_its_target(structure: Shapes) -> None:
    result = "https://w3id.org/perfkg/id/result/1"
    update = f"""INSERT {{ <{result}> a pk:Result ; pk:resultOf <{TARGET.value}> ;
            pk:reportedIn ?form ; pk:rawText "97%" }} WHERE {{ ?form a pk:Form }}"""
    (found,) = tell([replace(RESULT, focus=ox.NamedNode(result))], data(update), structure)
    assert (found.indicator, found.value, found.location) == ("苗木成活率", "97%", "line 19")
    assert found.form == "https://w3id.org/perfkg/id/form/percent-out-of-range"


def test_a_node_of_no_form_is_told_all_the_same(structure: Shapes) -> None:
    (found,) = tell([replace(RESULT, focus=ox.NamedNode("urn:somewhere"))], data(), structure)
    assert (found.focus, found.form, found.project, found.location) == (
        "urn:somewhere",
        None,
        None,
        None,
    )
