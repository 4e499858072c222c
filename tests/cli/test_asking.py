"""`perfkg queries`, `query` and `sparql`: every format, and what is said when it cannot be done."""

from __future__ import annotations

import csv
import io
import json
import stat
import xml.etree.ElementTree as ET
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import Commands, Run
from openpyxl import load_workbook

from perfkg.resources import queries_folder

from .support import assert_aligned

LOWEST = ("query", "lowest-satisfaction", "-p", "below=95")
CONSTRUCT = "CONSTRUCT { ?p a pk:Project } WHERE { ?p a pk:Project }"


def _ask(perfkg: Commands, store: Path, *arguments: str, **env: str) -> Run:
    return perfkg(*arguments, "--store", store, env=env)


def test_every_saved_query_is_listed_with_its_parameters(perfkg: Commands) -> None:
    run = perfkg("queries").done()
    for path in queries_folder().glob("*.rq"):
        assert path.stem in run.out
    assert "below=100" in run.out
    assert assert_aligned(run.out) == 1


def test_the_list_speaks_english_when_that_is_set(perfkg: Commands) -> None:
    run = perfkg("queries", env={"PERFKG_LANG": "en"}).done()
    assert "Lowest satisfaction targets" in run.out
    assert "optional" in run.out


def test_a_table_has_chinese_headings_and_lines_up(perfkg: Commands, demo_store: Path) -> None:
    run = _ask(perfkg, demo_store, *LOWEST).done()
    assert assert_aligned(run.out) == 1
    assert "指标值" in run.out
    assert "共 7 行" in run.out


@pytest.mark.parametrize("name", sorted(path.stem for path in queries_folder().glob("*.rq")))
def test_every_saved_query_can_be_drawn(perfkg: Commands, demo_store: Path, name: str) -> None:
    assert assert_aligned(_ask(perfkg, demo_store, "query", name).done().out) == 1


def test_csv_tsv_json_and_xml_hold_the_same_rows(perfkg: Commands, demo_store: Path) -> None:
    def data(form: str) -> str:
        return _ask(perfkg, demo_store, *LOWEST, "--format", form).done().data.decode()

    rows = list(csv.DictReader(io.StringIO(data("csv"), newline="")))
    assert [row["value"] for row in rows] == ["85"] * 3 + ["90"] * 4
    assert data("csv").startswith("value,")
    lines = data("tsv").splitlines()
    assert lines[0].split("\t")[0] == "?value"
    assert len(lines) == 8
    bindings = json.loads(data("json"))["results"]["bindings"]
    assert [row["rawText"]["value"] for row in bindings] == [row["rawText"] for row in rows]
    tag = "{http://www.w3.org/2005/sparql-results#}"
    assert len(ET.fromstring(data("xml")).findall(f"{tag}results/{tag}result")) == 7  # noqa: S314


def test_a_csv_file_opens_in_a_spreadsheet_and_a_piped_one_in_a_program(
    perfkg: Commands, demo_store: Path
) -> None:
    piped = _ask(perfkg, demo_store, *LOWEST, "--format", "csv").done()
    assert not piped.data.startswith(b"\xef\xbb\xbf")
    run = _ask(perfkg, demo_store, *LOWEST, "--format", "csv", "-o", "f.csv").done()
    assert run.data == b""
    written = perfkg.folder / "f.csv"
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")
    assert not stat.S_IMODE(written.stat().st_mode) & stat.S_IXUSR
    assert stat.S_IMODE(written.stat().st_mode) & stat.S_IRUSR


def test_a_workbook_has_a_cover_and_numbers_as_numbers(perfkg: Commands, demo_store: Path) -> None:
    _ask(perfkg, demo_store, *LOWEST, "--format", "xlsx", "-o", "f.xlsx").done()
    cover, sheet = load_workbook(perfkg.folder / "f.xlsx").worksheets
    said = {row[0]: row[1] for row in cover.iter_rows(values_only=True)}
    assert said["名称"] == "偏低的满意度指标值"
    assert said["完整性"] == "完整"
    assert said["参数 低于（%）"] in (95, "95")
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        *("指标值", "关系", "三级指标", "项目", "年度", "实施单位", "原文"),
        *("三级指标 IRI", "项目 IRI", "实施单位 IRI", "form"),
    )
    names = [row[rows[0].index("实施单位")] for row in rows[1:]]
    assert set(names) == {"上海市房地产交易中心"}
    things = [row[rows[0].index("实施单位 IRI")] for row in rows[1:]]
    assert all(
        str(thing).startswith("https://w3id.org/perfkg/id/organization/") for thing in things
    )
    assert [row[0] for row in rows[1:]] == [85] * 3 + [90] * 4


@pytest.mark.parametrize(
    ("form", "rdf"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_construct_query_is_written_as_rdf(
    perfkg: Commands, demo_store: Path, form: str, rdf: ox.RdfFormat
) -> None:
    run = _ask(perfkg, demo_store, "sparql", CONSTRUCT, "--format", form).done()
    assert len(list(ox.parse(io.BytesIO(run.data), rdf))) == 10


def test_a_query_comes_as_text_from_a_file_or_from_standard_input(
    perfkg: Commands, demo_store: Path
) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?f a pk:Form }"
    (perfkg.folder / "q.rq").write_text(text, "utf-8")
    options = ("--format", "csv", "--store", demo_store)
    runs = (
        perfkg("sparql", text, *options),
        perfkg("sparql", "-f", "q.rq", *options),
        perfkg.process("sparql", "-", *options, stdin=text.encode()),
    )
    assert [run.done().out.split() for run in runs] == [["n", "10"]] * 3


def test_ask_answers_yes_or_no(perfkg: Commands, demo_store: Path) -> None:
    run = _ask(perfkg, demo_store, "sparql", "ASK { ?f a pk:Form }", "--format", "json").done()
    assert json.loads(run.out)["boolean"] is True


def test_a_cut_result_says_so_on_stderr(perfkg: Commands, demo_store: Path) -> None:
    run = _ask(perfkg, demo_store, *LOWEST, "--format", "csv", PERFKG_MAX_ROWS="3").done()
    assert len(run.out.splitlines()) == 4
    assert "PERFKG_MAX_ROWS" in run.err
    drawn = _ask(perfkg, demo_store, *LOWEST, PERFKG_MAX_ROWS="3").done()
    assert "后面还有" in drawn.out + drawn.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "lowest-satisfactoin"), "lowest-satisfaction"),
        (("query", "lowest-satisfaction", "-p", "threshold=1"), "below"),
        (("query", "lowest-satisfaction", "-p", "below"), "below="),
        (("query", "lowest-satisfaction", "-p", "below=低"), "低"),
        (("query", "lowest-satisfaction", "-p", "below=1 } #"), "below"),
        (("query", "lowest-satisfaction", "--format", "docx"), "xlsx"),
        (("query", "lowest-satisfaction", "--format", "turtle"), "csv"),
        (("query", "lowest-satisfaction", "-o", "f.txt"), "table"),
        (("query", "lowest-satisfaction", "--format", "csv", "-o", "no/f.csv"), "no/f.csv"),
        (("sparql",), "-f"),
        (("sparql", "-f", "none.rq"), "none.rq"),
        (("sparql", "ASK {}", "-f", "none.rq"), "-f"),
        (("sparql", "ASK {}", "--format", "csv"), "json"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_tells_what_there_is(
    perfkg: Commands, demo_store: Path, arguments: tuple[str, ...], says: str
) -> None:
    run = _ask(perfkg, demo_store, *arguments)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("错误 ")
    assert says in run.err
    assert list(perfkg.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "line 1, column 12"),
        ("SELECT *\nWHERE { ?s ?p", "line 2, column"),
        ("DELETE WHERE { ?s ?p ?o }", "line 1"),
        ("", "SELECT"),
    ],
)
def test_a_query_that_is_not_run_ends_with_status_1_and_names_the_place(
    perfkg: Commands, demo_store: Path, text: str, says: str
) -> None:
    run = _ask(perfkg, demo_store, "sparql", text)
    assert (run.status, run.out) == (1, "")
    assert says in run.err


@pytest.mark.parametrize(
    "arguments", [("query", "projects"), ("sparql", "ASK {}"), ("export",), ("validate",)]
)
def test_a_missing_store_ends_with_status_1_and_says_what_to_do(
    perfkg: Commands, arguments: tuple[str, ...]
) -> None:
    run = perfkg(*arguments, "--store", "none")
    assert (run.status, run.out) == (1, "")
    assert "perfkg ingest" in run.err
    assert not (perfkg.folder / "none").exists()


def test_a_query_that_takes_too_long_ends_with_status_1(perfkg: Commands, demo_store: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    run = _ask(perfkg, demo_store, "sparql", text, PERFKG_TIMEOUT="0.3")
    assert (run.status, run.out) == (1, "")
    assert "PERFKG_TIMEOUT" in run.err


def test_the_examples_in_the_help_work(perfkg: Commands, demo_store: Path) -> None:
    shown = perfkg("query", "--help").done().out
    line = next(line for line in shown.splitlines() if "perfkg query lowest-satisfaction" in line)
    arguments = line.strip(" │").split()[1:]
    _ask(perfkg, demo_store, *arguments).done()
