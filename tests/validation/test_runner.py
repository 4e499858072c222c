"""From validation results to findings."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.namespaces import DEFAULT_BASE
from perfkg.store import open_store
from perfkg.validation.report import to_json, to_ntriples, to_turtle
from perfkg.validation.runner import validate_forms, validate_store
from perfkg.validation.shapes import Shapes, read_shapes

from .support import FORMS, RULES, findings, rules, statements

FORM = "https://w3id.org/perfkg/id/form/"
WRONG = sorted(RULES.glob("*.wrong.ttl"))
LATEX = r"$\geq 98.00\%$"


def test_a_finding_about_a_form_has_no_indicator_and_no_value(shapes: Shapes) -> None:
    (found,) = findings(shapes, RULES / "annual-goal-missing.wrong.ttl")
    assert (found.indicator, found.value) == (None, None)
    assert found.focus == found.form == FORM + "annual-goal-missing"
    assert (found.project, found.document) == ("城区公园绿化养护", "gardens.txt")
    assert found.location == "lines 1-21"


def test_a_finding_about_a_target_leads_to_its_row_and_its_form(shapes: Shapes) -> None:
    (found,) = findings(shapes, RULES / "level-mismatch.wrong.ttl")
    assert found.focus == "https://w3id.org/perfkg/id/target/level-mismatch-1"
    assert found.form == FORM + "level-mismatch"
    assert (found.indicator, found.value) == ("每公顷养护成本", "≤6500元")
    assert (found.document, found.location) == ("gardens.txt", "line 19")


def test_a_form_read_from_two_documents_names_both(shapes: Shapes) -> None:
    update = """INSERT {
            ?form prov:hadPrimarySource document:b . document:b schema:name "a.pdf"
        } WHERE { ?form a pk:Form }"""
    (found,) = findings(shapes, RULES / "annual-goal-missing.wrong.ttl", update=update)
    assert found.document == "a.pdf; gardens.txt"


@pytest.mark.parametrize("place", ["pk:rawText", "rdfs:label"])
def test_latex_in_a_target_does_not_stop_the_review(shapes: Shapes, place: str) -> None:
    update = (
        f"DELETE {{ ?target {place} ?text }} INSERT {{ ?target {place} {ox.Literal(LATEX)} }}"
        f" WHERE {{ ?target a pk:Target ; {place} ?text }}"
    )
    (found,) = findings(shapes, RULES / "percent-out-of-range.wrong.ttl", update=update)
    assert found.value == (LATEX if place == "pk:rawText" else "≥950%")


def test_latex_in_a_name_arrives_in_the_message_as_it_is_printed(shapes: Shapes) -> None:
    update = r"""
        DELETE WHERE { ?indicator a pk:Indicator ; skos:prefLabel ?name } ;
        INSERT { ?indicator a pk:Indicator ; skos:prefLabel '成活率 $\\geq 98\\%$'@zh }
        WHERE { ?target pk:indicator ?indicator }"""
    (found,) = findings(shapes, RULES / "percent-out-of-range.wrong.ttl", update=update)
    assert r"指标“成活率 $\geq 98\%$”的指标值为 950%" in found.message.zh
    assert found.indicator == r"成活率 $\geq 98\%$"


def test_results_that_say_the_same_about_a_node_are_one_finding(shapes: Shapes) -> None:
    found = findings(shapes, RULES / "form-structure.wrong.ttl")
    assert [f.rule for f in found] == ["form-structure"] * 2
    assert len({f.message for f in found}) == 2
    assert sum("预算年度" in f.message.zh for f in found) == 1


def test_chinese_and_english_do_not_get_mixed_up(shapes: Shapes) -> None:
    for found in findings(shapes, *WRONG):
        assert "请" in found.message.zh
        assert "：" not in found.message.en
        assert found.message.en.isprintable()
        assert "{" not in found.message.zh + found.message.en


def form_graph(name: str) -> FormGraph:
    lines = tuple(statements(RULES / f"{name}.wrong.ttl").decode().splitlines())
    return FormGraph(FORM + name, f"https://w3id.org/perfkg/id/document/{name}", lines, (), ())


def test_forms_are_validated_without_a_store(shapes: Shapes) -> None:
    expected = findings(shapes, RULES / "level-mismatch.wrong.ttl")
    assert validate_forms([form_graph("level-mismatch")], shapes) == expected
    assert validate_forms([], shapes) == []


def test_a_store_is_validated_and_keeps_the_findings_in_a_graph_of_their_own(
    shapes: Shapes, tmp_path: Path
) -> None:
    place = Identity().validation_graph
    with open_store(tmp_path / "store", create=True) as store:
        with store.write() as writer:
            writer.put(form_graph("level-mismatch"))
        found = validate_store(store, shapes)
        assert found == findings(shapes, RULES / "level-mismatch.wrong.ttl")
        lines = to_ntriples(found, DEFAULT_BASE)
        with store.write() as writer:
            writer.replace_graph(place, lines)
        kept = BytesIO()
        store.dump(kept, "nt", graphs=[place])
        assert kept.getvalue().decode().splitlines() == lines
        assert validate_store(store, shapes) == found


def test_all_wrong_examples_together_give_each_rule_its_own(shapes: Shapes) -> None:
    found = findings(shapes, *WRONG, *FORMS.glob("*.ttl"))
    assert rules(found) == {file.name.removesuffix(".wrong.ttl") for file in WRONG}
    assert {f.form for f in found if f.rule == "level-mismatch"} == {FORM + "level-mismatch"}


def test_without_shapes_nothing_is_found() -> None:
    assert findings(read_shapes([]), *WRONG) == []


def test_another_process_finds_the_same_in_the_same_order(shapes: Shapes) -> None:
    code = (
        "import sys; from perfkg.validation.rdf import data_graph, vocabulary_files;"
        "from perfkg.validation.report import to_json, to_ntriples, to_turtle;"
        "from perfkg.validation.runner import validate;"
        "from perfkg.validation.shapes import load_shapes;"
        "data = data_graph(sys.stdin.buffer.read(), vocabulary_files());"
        "found = validate(data, load_shapes());"
        "sys.stdout.buffer.write((to_json(found) + to_turtle(found, 'https://x.org/')).encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=statements(*WRONG),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = findings(shapes, *WRONG)
    assert outputs == {(to_json(here) + to_turtle(here, "https://x.org/")).encode()}
