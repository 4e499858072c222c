"""`perfkg validate`: files or the store, the findings in three formats, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import SCHOOL, Commands

from .support import assert_aligned, triples

TEXT = SCHOOL.read_text("utf-8")
LATE = TEXT.replace("2023-11-30", "2022-11-30").encode()
FINDING = {
    "rule", "shape", "severity", "message", "criterion", "project", "indicator", "value", "form",
    "focus", "document", "location",
}  # fmt: skip


def test_a_sound_form_passes_and_nothing_is_written_to_stdout(perfkg: Commands) -> None:
    run = perfkg("validate", SCHOOL, "--fail-on", "violation").done()
    assert run.out == ""
    assert "没有发现问题" in run.err


def test_json_has_exactly_the_keys_of_the_contract(perfkg: Commands) -> None:
    run = perfkg.process("validate", "-", "--format", "json", stdin=LATE)
    assert run.status == 1
    findings = json.loads(run.out)
    assert findings
    for finding in findings:
        assert set(finding) == FINDING
        assert set(finding["message"]) == {"zh", "en"}
        assert finding["severity"] in ("Violation", "Warning", "Info")
    first = next(finding for finding in findings if finding["rule"] == "dates-out-of-order")
    assert first["shape"] == "https://w3id.org/perfkg/shapes#dates-out-of-order"
    assert first["project"] == "乡镇中心小学食堂改造"
    assert (first["indicator"], first["value"]) == (None, None)
    assert (first["document"], first["location"]) == ("stdin", "lines 1-21")


@pytest.mark.parametrize(
    ("fail_on", "status"), [("violation", 1), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_a_violation_fails_the_command_unless_nothing_does(
    perfkg: Commands, fail_on: str, status: int
) -> None:
    run = perfkg("validate", "-", "--fail-on", fail_on, stdin=LATE)
    assert run.status == status
    assert assert_aligned(run.out) == 1
    assert "违规" in run.out


def test_an_unreadable_file_fails_the_command_whatever_is_asked(perfkg: Commands) -> None:
    run = perfkg("validate", SCHOOL, "none.txt", "--fail-on", "never")
    assert run.status == 1
    assert "none.txt" in run.err


def test_turtle_is_a_shacl_report_with_one_result_for_each_finding(perfkg: Commands) -> None:
    listed = json.loads(perfkg("validate", "-", "--format", "json", stdin=LATE).out)
    run = perfkg("validate", "-", "--format", "turtle", stdin=LATE)
    report = ox.Store()
    for triple in triples(run.data, ox.RdfFormat.TURTLE):
        report.add(ox.Quad(*triple))
    sh = "PREFIX sh: <http://www.w3.org/ns/shacl#> "
    assert report.query(sh + "ASK { ?r a sh:ValidationReport ; sh:conforms false }")
    results = report.query(sh + "SELECT ?x { ?r a sh:ValidationReport ; sh:result ?x }")
    assert isinstance(results, ox.QuerySolutions)
    assert len(list(results)) == len(listed)


def test_findings_can_be_written_to_a_file(perfkg: Commands) -> None:
    run = perfkg("validate", "-", "--format", "json", "-o", "f.json", stdin=LATE)
    assert (run.status, run.out) == (1, "")
    assert json.loads((perfkg.folder / "f.json").read_text("utf-8"))


def test_a_drawn_table_is_not_for_a_file(perfkg: Commands) -> None:
    run = perfkg("validate", "-", "-o", "f.txt", stdin=LATE)
    assert run.status == 2
    assert not (perfkg.folder / "f.txt").exists()


def test_checking_files_leaves_the_store_alone(perfkg: Commands) -> None:
    perfkg("validate", "-", stdin=LATE)
    assert list(perfkg.folder.iterdir()) == []


def test_findings_on_the_store_are_kept_and_can_be_asked_for(perfkg: Commands) -> None:
    late = perfkg.folder / "late.txt"
    late.write_bytes(LATE)
    perfkg("ingest", late, "--store", "s").done()
    run = perfkg("validate", "--format", "json", "--store", "s")
    assert run.status == 1
    found = json.loads(run.out)
    question = """SELECT ?focus ?message { GRAPH ?g { ?x a sh:ValidationResult ; sh:focusNode ?focus
        ; sh:resultMessage ?message FILTER(LANG(?message) = "en") } }"""
    answer = perfkg("sparql", question, "--format", "json", "--store", "s").done()
    kept = {
        (row["focus"]["value"], row["message"]["value"])
        for row in json.loads(answer.out)["results"]["bindings"]
    }
    assert kept == {(finding["focus"], finding["message"]["en"]) for finding in found}
    assert json.loads(perfkg("validate", late, "--format", "json").out) == found

    late.write_bytes(LATE.replace(b"2022-11-30", b"2023-11-30"))
    perfkg("ingest", late, "--store", "s").done()
    assert perfkg("validate", "--format", "json", "--store", "s").done().out == "[]\n"
    asked = perfkg("sparql", "ASK { GRAPH ?g { ?x a sh:ValidationResult } }", "--store", "s")
    assert "否" in asked.done().out or "false" in asked.out


def test_checking_a_store_twice_gives_the_same_dataset(perfkg: Commands, own_store: Path) -> None:
    before = perfkg("export", "--format", "nq", "--store", own_store).done().data
    perfkg("validate", "--fail-on", "never", "--store", own_store).done()
    assert perfkg("export", "--format", "nq", "--store", own_store).done().data == before


def test_checking_without_a_store_says_so(perfkg: Commands) -> None:
    run = perfkg("validate")
    assert (run.status, run.out) == (1, "")
    assert "perfkg ingest" in run.err
