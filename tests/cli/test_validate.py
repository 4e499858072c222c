"""`perfkg validate`: files or the store, the findings in every format, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import SCHOOL, Commands

from perfkg.cli import console

from .support import assert_aligned, triples

TEXT = SCHOOL.read_text("utf-8")
LATE = TEXT.replace("2023-11-30", "2022-11-30").encode()
FINDING = {
    "rule", "shape", "severity", "message", "criterion", "project", "indicator", "value", "form",
    "forms", "focus", "document", "location",
}  # fmt: skip


def test_a_sound_form_passes_and_nothing_is_written_to_stdout(perfkg: Commands) -> None:
    # The second form states nothing of the project's whole life, which is a matter of advice.
    sound = SCHOOL.read_text("utf-8").split("\n\n财政")[0]
    run = perfkg("validate", "-", "--fail-on", "info", stdin=sound.encode()).done()
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
    perfkg("ingest", late, "--no-validate", "--store", "s").done()
    assert not has_findings(perfkg)
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
    perfkg("ingest", late, "--no-validate", "--store", "s").done()
    assert not has_findings(perfkg)


def test_checking_a_store_twice_gives_the_same_dataset(perfkg: Commands, own_store: Path) -> None:
    before = perfkg("export", "--format", "nq", "--store", own_store).done().data
    perfkg("validate", "--fail-on", "never", "--store", own_store).done()
    assert perfkg("export", "--format", "nq", "--store", own_store).done().data == before


def test_checking_without_a_store_says_so(perfkg: Commands) -> None:
    run = perfkg("validate")
    assert (run.status, run.out) == (1, "")
    assert "perfkg ingest" in run.err


def has_findings(perfkg: Commands) -> bool:
    ask = "ASK { GRAPH ?g { ?x a sh:ValidationResult } }"
    answer = perfkg("sparql", ask, "--format", "json", "--store", "s").done()
    return bool(json.loads(answer.out)["boolean"])


def test_an_ingest_keeps_the_findings_on_its_data_in_the_same_version(perfkg: Commands) -> None:
    late = perfkg.folder / "late.txt"
    late.write_bytes(LATE)
    run = perfkg("ingest", late, "--store", "s").done()
    assert "数据版本 2，" in run.out
    assert "检查：" in run.out
    assert has_findings(perfkg)
    before = perfkg("export", "--format", "nq", "--store", "s").done().data
    perfkg("validate", "--fail-on", "never", "--store", "s").done()
    assert "数据版本 2，" in perfkg("ingest", late, "--store", "s").done().out
    assert perfkg("export", "--format", "nq", "--store", "s").done().data == before

    late.write_bytes(TEXT.encode())
    perfkg("ingest", late, "--store", "s").done()
    late_now = "ASK { GRAPH ?g { ?x sh:sourceShape ?s FILTER(STRENDS(STR(?s), 'out-of-order')) } }"
    answer = perfkg("sparql", late_now, "--format", "json", "--store", "s").done()
    assert json.loads(answer.out)["boolean"] is False


def test_broken_rules_stop_an_ingest_before_anything_is_read(perfkg: Commands) -> None:
    (perfkg.folder / "rules").mkdir()
    (perfkg.folder / "rules" / "own.ttl").write_text("<urn:rule> a ", "utf-8")
    run = perfkg("ingest", SCHOOL, "--store", "s", env={"PERFKG_SHAPES": "rules"})
    assert run.status == 1
    assert "own.ttl" in run.err
    assert not (perfkg.folder / "s").exists()


@pytest.mark.parametrize(("name", "start"), [("html", b"<!doctype html>"), ("xlsx", b"PK")])
def test_reports_go_to_stdout_or_to_a_file(perfkg: Commands, name: str, start: bytes) -> None:
    run = perfkg("validate", "-", "--format", name, stdin=LATE)
    assert run.status == 1
    assert run.data.startswith(start)
    written = perfkg("validate", "-", "--format", name, "-o", f"r.{name}", stdin=LATE)
    assert (written.status, written.data) == (1, b"")
    assert (perfkg.folder / f"r.{name}").read_bytes().startswith(start)


def test_the_report_on_a_store_shows_its_forms(perfkg: Commands) -> None:
    (perfkg.folder / "late.txt").write_bytes(LATE)
    perfkg("ingest", "late.txt", "--no-validate", "--store", "s").done()
    run = perfkg("validate", "--format", "html", "--store", "s")
    assert run.status == 1
    assert "乡镇中心小学食堂改造" in run.out
    assert "≥860平方米" in run.out
    assert has_findings(perfkg)


def test_a_workbook_is_not_written_to_a_terminal(
    perfkg: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    run = perfkg("validate", "-", "--format", "xlsx", stdin=LATE)
    assert (run.status, run.data) == (2, b"")
    assert "-o" in run.err


OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix my: <https://example.org/rules#> .
my:large a sh:NodeShape ; rdfs:label "大额项目"@zh , "Large project"@en ;
    sh:targetClass pk:Form ; sh:severity sh:Warning ;
    sh:property [ sh:path pk:annualRequest ; sh:maxInclusive 100 ; sh:severity sh:Warning ;
        sh:message "金额较大，请附说明。"@zh , "A large amount: explain it."@en ] .
"""


def own_rule(run: str) -> list[dict[str, object]]:
    return [finding for finding in json.loads(run) if finding["rule"] == "large"]


def test_a_rule_is_added_by_adding_a_file(perfkg: Commands) -> None:
    rules = perfkg.folder / "rules"
    rules.mkdir()
    (rules / "own.ttl").write_text(OWN, "utf-8")
    check = ("validate", SCHOOL, "--format", "json", "--fail-on")
    by_option = perfkg(*check, "warning", "--shapes", "rules/own.ttl")
    assert by_option.status == 1
    (first, second) = own_rule(by_option.out)
    assert first["message"] == {"zh": "金额较大，请附说明。", "en": "A large amount: explain it."}
    assert (first["severity"], second["severity"]) == ("Warning", "Warning")
    by_setting = perfkg(*check, "never", env={"PERFKG_SHAPES": "rules"}).done()
    assert json.loads(by_setting.out) == json.loads(by_option.out)
    assert own_rule(perfkg(*check, "never").done().out) == []


def test_a_folder_of_rules_that_is_not_there_is_told(perfkg: Commands) -> None:
    run = perfkg("validate", SCHOOL, env={"PERFKG_SHAPES": "nowhere"})
    assert run.status == 1
    assert "PERFKG_SHAPES" in run.err


def test_the_language_of_a_report_can_be_chosen(perfkg: Commands) -> None:
    run = perfkg("validate", "-", "--lang", "en", stdin=LATE)
    assert "Violation" in run.out
    assert perfkg("validate", "-", "--lang", "fr", stdin=LATE).status == 2


def test_the_engine_can_be_named(perfkg: Commands) -> None:
    run = perfkg("validate", "-", "--engine", "pyshacl", "--format", "json", stdin=LATE)
    assert json.loads(run.out) == json.loads(
        perfkg("validate", "-", "--format", "json", stdin=LATE).out
    )
    assert perfkg("validate", "-", "--engine", "none", stdin=LATE).status == 2


def test_a_report_says_which_file_was_not_read_whole(perfkg: Commands) -> None:
    run = perfkg("validate", SCHOOL, "none.txt", "--format", "html", "--fail-on", "never")
    assert run.status == 1
    assert "none.txt" in run.out
    assert "未能完整读入" in run.out
