"""From validation results to findings."""

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.errors import ShapesError
from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.namespaces import DEFAULT_BASE, PK, PREFIXES, SH
from perfkg.resources import ontology_folder
from perfkg.store import open_store
from perfkg.validation import runner
from perfkg.validation.engine_name import EngineName
from perfkg.validation.findings import Finding
from perfkg.validation.report import to_json
from perfkg.validation.runner import validate, validate_forms
from perfkg.validation.shacl_report import results_in, to_ntriples, to_turtle
from perfkg.validation.shapes import Shapes, load_shapes, read_shapes
from perfkg.validation.telling import tell

from .support import FORMS, RULES, findings, keep, rules, statements

FORM = "https://w3id.org/perfkg/id/form/"
WRONG = sorted(RULES.glob("*.wrong.ttl"))
LATEX = r"$\geq 98.00\%$"


def test_a_finding_about_a_form_has_no_indicator_and_no_value(structure: Shapes) -> None:
    (found,) = findings(structure, RULES / "annual-goal-missing.wrong.ttl")
    assert (found.indicator, found.value) == (None, None)
    assert found.focus == found.form == FORM + "annual-goal-missing"
    assert (found.project, found.document) == ("城区公园绿化养护", "gardens.txt")
    assert found.location == "lines 1-21"


def test_a_finding_about_a_target_leads_to_its_row_and_its_form(structure: Shapes) -> None:
    (found,) = findings(structure, RULES / "level-mismatch.wrong.ttl")
    assert found.focus == "https://w3id.org/perfkg/id/target/level-mismatch-1"
    assert found.form == FORM + "level-mismatch"
    assert (found.indicator, found.value) == ("每公顷养护成本", "≤6500元")
    assert (found.document, found.location) == ("gardens.txt", "line 19")


def test_a_form_read_from_two_documents_names_both(structure: Shapes) -> None:
    update = """INSERT {
            ?form prov:hadPrimarySource document:b . document:b schema:name "a.pdf"
        } WHERE { ?form a pk:Form }"""
    (found,) = findings(structure, RULES / "annual-goal-missing.wrong.ttl", update=update)
    assert found.document == "a.pdf; gardens.txt"


@pytest.mark.parametrize("place", ["pk:rawText", "rdfs:label"])
def test_latex_in_a_target_does_not_stop_the_review(structure: Shapes, place: str) -> None:
    update = (
        f"DELETE {{ ?target {place} ?text }} INSERT {{ ?target {place} {ox.Literal(LATEX)} }}"
        f" WHERE {{ ?target a pk:Target ; {place} ?text }}"
    )
    (found,) = findings(structure, RULES / "percent-out-of-range.wrong.ttl", update=update)
    assert found.value == (LATEX if place == "pk:rawText" else "≥950%")


def test_latex_in_a_name_arrives_in_the_message_as_it_is_printed(structure: Shapes) -> None:
    update = r"""
        DELETE WHERE { ?indicator a pk:Indicator ; skos:prefLabel ?name } ;
        INSERT { ?indicator a pk:Indicator ; skos:prefLabel '成活率 $\\geq 98\\%$'@zh }
        WHERE { ?target pk:indicator ?indicator }"""
    (found,) = findings(structure, RULES / "percent-out-of-range.wrong.ttl", update=update)
    assert r"指标“成活率 $\geq 98\%$”的指标值为 950%" in found.message.zh
    assert found.indicator == r"成活率 $\geq 98\%$"


def test_results_that_say_the_same_about_a_node_are_one_finding(structure: Shapes) -> None:
    found = findings(structure, RULES / "form-structure.wrong.ttl")
    assert [f.rule for f in found] == ["form-structure"] * 2
    assert len({f.message for f in found}) == 2
    assert sum("预算年度" in f.message.zh for f in found) == 1


def test_chinese_and_english_do_not_get_mixed_up(structure: Shapes) -> None:
    for found in findings(structure, *WRONG):
        assert "请" in found.message.zh
        assert "：" not in found.message.en
        assert found.message.en.isprintable()
        assert "{" not in found.message.zh + found.message.en


def form_graph(name: str) -> FormGraph:
    lines = tuple(statements(RULES / f"{name}.wrong.ttl").decode().splitlines())
    return FormGraph(FORM + name, f"https://w3id.org/perfkg/id/document/{name}", lines, (), ())


def test_forms_are_validated_without_a_store(structure: Shapes) -> None:
    expected = findings(structure, RULES / "level-mismatch.wrong.ttl")
    assert validate_forms([form_graph("level-mismatch")], structure) == expected
    assert validate_forms([], structure) == []


def test_a_transaction_keeps_what_it_finds_in_a_graph_of_its_own(
    structure: Shapes, tmp_path: Path
) -> None:
    place = Identity().validation_graph
    with open_store(tmp_path / "store", create=True) as store:
        with store.write() as writer:
            writer.put(form_graph("level-mismatch"))
            found = keep(writer, structure)
        assert found == findings(structure, RULES / "level-mismatch.wrong.ttl")
        kept = BytesIO()
        store.dump(kept, "nt", graphs=[place])
        assert kept.getvalue().decode().splitlines() == sorted(
            set(to_ntriples(found, DEFAULT_BASE))
        )
        first = store.generation
        with store.write() as writer:
            assert keep(writer, structure) == found
        assert store.generation == first


def test_data_and_findings_become_visible_together(structure: Shapes, tmp_path: Path) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        before = store.generation.number
        with store.write() as writer:
            writer.put(form_graph("level-mismatch"))
            keep(writer, structure)
        assert store.generation.number == before + 1
        snapshot = store.snapshot()
        (told,) = results_in(snapshot.database, Identity().validation_graph) or []
        assert told.focus == ox.NamedNode("https://w3id.org/perfkg/id/target/level-mismatch-1")


def test_a_rule_that_cannot_be_run_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
        <urn:rule> a sh:NodeShape ; sh:targetClass pk:Form ; sh:property [ sh:minCount 1 ] .""",
        encoding="utf-8",
    )
    with open_store(tmp_path / "store", create=True) as store:
        before = store.generation
        with suppress(ShapesError), store.write() as writer:
            writer.put(form_graph("level-mismatch"))
            keep(writer, load_shapes([file]))
            pytest.fail("the rule cannot be run")
        assert store.generation == before


def test_kept_findings_are_read_back_as_they_were_without_running_a_rule(
    structure: Shapes, tmp_path: Path
) -> None:
    place = Identity().validation_graph
    with open_store(tmp_path / "store", create=True) as store:
        assert results_in(store.snapshot().database, place) is None
        with store.write() as writer:
            for file in WRONG:
                writer.put(form_graph(file.name.removesuffix(".wrong.ttl")))
            found = keep(writer, structure)
        snapshot = store.snapshot()
        results = results_in(snapshot.database, place)
        assert results is not None
        assert tell(results, snapshot.database, structure) == found
        assert len(found) > 9


def test_a_form_that_goes_takes_its_findings_with_it(structure: Shapes, tmp_path: Path) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        with store.write() as writer:
            writer.put(form_graph("level-mismatch"))
            writer.put(form_graph("percent-out-of-range"))
            keep(writer, structure)
        with store.write() as writer:
            graph = form_graph("level-mismatch")
            right = "\n".join(graph.lines()).replace("6500", "6400")
            writer.put(replace(graph, content=tuple(right.splitlines())))
            writer.update(
                "DELETE WHERE { ?t pk:inForm <%s> ; ?p ?o }" % (FORM + "percent-out-of-range"),
                prefixes=PREFIXES,
            )
            keep(writer, structure)
        snapshot = store.snapshot()
        results = results_in(snapshot.database, Identity().validation_graph) or []
        about = {finding.form for finding in tell(results, snapshot.database, structure)}
        assert FORM + "level-mismatch" in about
        assert not any("target/percent-out-of-range" in str(r.focus) for r in results)


def test_a_finding_about_an_indicator_names_every_form_that_uses_it(tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
        <urn:rule> a sh:NodeShape ; sh:targetClass pk:Indicator ; sh:nodeKind sh:Literal ;
            sh:message "不能这样"@zh , "Not so"@en .""",
        encoding="utf-8",
    )
    update = """INSERT { target:z a pk:Target ; pk:inForm form:z ; pk:indicator ?i .
            form:z a pk:Form } WHERE { ?t pk:position 1 ; pk:indicator ?i }"""
    found = findings(read_shapes([file]), RULES / "level-mismatch.right.ttl", update=update)
    (shared,) = [finding for finding in found if len(finding.links.forms) > 1]
    assert (shared.form, shared.value, shared.location) == (None, None, None)
    assert shared.indicator == "每公顷养护成本"
    assert shared.to_json()["forms"] == [FORM + "level-mismatch", FORM + "z"]
    assert "derived" in "".join(to_ntriples([shared], DEFAULT_BASE)).lower()


def test_a_literal_can_be_what_a_rule_of_ones_own_checks(tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
        <urn:rule> a sh:NodeShape ; sh:targetObjectsOf pk:year ; sh:minInclusive 3000 .""",
        encoding="utf-8",
    )
    (found,) = findings(read_shapes([file]), RULES / "level-mismatch.right.ttl")
    assert (found.focus, found.form) == ("2023", None)
    focus = [line for line in to_ntriples([found], DEFAULT_BASE) if "focusNode" in line]
    assert focus[0].endswith('focusNode> "2023"^^<http://www.w3.org/2001/XMLSchema#integer> .')


def test_all_wrong_examples_together_give_each_rule_its_own(structure: Shapes) -> None:
    found = findings(structure, *WRONG, *FORMS.glob("*.ttl"))
    assert rules(found) == {file.name.removesuffix(".wrong.ttl") for file in WRONG}
    assert {f.form for f in found if f.rule == "level-mismatch"} == {FORM + "level-mismatch"}


def test_without_shapes_nothing_is_found() -> None:
    assert findings(read_shapes([]), *WRONG) == []


def test_another_process_finds_the_same_in_the_same_order() -> None:
    code = (
        "import sys; from perfkg.validation.rdf import data_store, vocabulary_files;"
        "from perfkg.validation.report import to_json;"
        "from perfkg.validation.shacl_report import to_turtle;"
        "from perfkg.validation.runner import validate;"
        "from perfkg.validation.shapes import load_shapes;"
        "data = data_store(sys.stdin.buffer.read(), vocabulary_files());"
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
    here = findings(load_shapes(), *WRONG)
    assert outputs == {(to_json(here) + to_turtle(here, "https://x.org/")).encode()}


def test_what_a_finding_says_is_in_the_domain_of_its_property(shapes: Shapes) -> None:
    ontology = ox.Store()
    ontology.load((ontology_folder() / "perfkg.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    lines = "\n".join(to_ntriples(findings(shapes, *WRONG), "https://example.org/"))
    said = {
        quad.predicate
        for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
        if quad.predicate.value.startswith(PK)
    }
    includes = ox.NamedNode("https://schema.org/domainIncludes")
    result = ox.NamedNode(f"{SH}ValidationResult")
    assert len(said) == 3
    stated = {quad.subject for quad in ontology.quads_for_pattern(None, includes, result)}
    assert said <= stated


def test_a_store_too_large_for_memory_is_reviewed_where_it_is_with_the_same_findings(
    structure: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = findings(structure, RULES / "level-mismatch.wrong.ttl")
    reviewed: list[ox.Store] = []

    def review(data: ox.Store, shapes: Shapes, engine: EngineName) -> list[Finding]:
        reviewed.append(data)
        return validate(data, shapes, engine)

    monkeypatch.setattr(runner, "validate", review)
    with open_store(tmp_path / "store", create=True) as store, store.write() as writer:
        writer.put(form_graph("level-mismatch"))
        assert keep(writer, structure) == expected
        monkeypatch.setattr(runner, "_IN_MEMORY", 0)
        assert keep(writer, structure) == expected
        assert [data is writer.database for data in reviewed] == [False, True]
