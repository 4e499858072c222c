"""`perfkg parse`: what was read, in four formats, with a store left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from helpers import DEMO, SCHOOL, Commands

from .support import assert_aligned, triples

TEXT = SCHOOL.read_text("utf-8")

# The public keys, written out, so that a renamed one is noticed.
FILE = {"document", "forms", "problems"}
DOCUMENT = {"name", "media_type", "sha256"}
FORM = {
    "kind", "fiscal_year", "project_name", "project_nature", "project_category",
    "supervising_department", "implementing_unit", "planned_start", "planned_end", "funds",
    "long_term_goal", "annual_goal", "indicators", "location", "repairs",
    "achieved_goal", "execution", "total_score",
}  # fmt: skip
FUNDS = {
    "stated_unit", "project_total", "project_fiscal", "project_other", "annual_request",
    "annual_appropriation", "carried_over", "annual_other",
}  # fmt: skip
EXECUTION = {
    "initial_budget", "adjusted_budget", "executed_budget", "rate", "weight", "score",
}  # fmt: skip
INDICATOR = {
    "level1", "level2", "name", "raw_text", "comparator", "number", "unit", "text",
    "normalized_number", "normalized_unit", "weight", "actual", "score", "reason",
    "location", "repairs",
}  # fmt: skip
PROBLEM = {"severity", "message", "location"}


def _json(text: str) -> list[dict[str, Any]]:
    found = json.loads(text)
    assert isinstance(found, list)
    return found


def test_json_has_exactly_the_keys_of_the_contract(perfkg: Commands) -> None:
    (perfkg.folder / "odd.txt").write_text(TEXT.replace("=320个", "=320(埂位)"), "utf-8")
    read = _json(perfkg("parse", "--format", "json", DEMO, "odd.txt").done().out)
    for file in read:
        assert set(file) == FILE
        assert set(file["document"]) == DOCUMENT
        for form in file["forms"]:
            assert set(form) == FORM
            assert set(form["funds"]) == FUNDS
            assert set(form["execution"]) == EXECUTION
            assert all(set(indicator) == INDICATOR for indicator in form["indicators"])
    assert [set(problem) for problem in read[1]["problems"]] == [PROBLEM]


def test_json_tells_the_first_target_as_the_contract_shows_it(perfkg: Commands) -> None:
    form = _json(perfkg("parse", "--format", "json", DEMO).done().out)[0]["forms"][0]
    assert form["kind"] == "target"
    assert form["fiscal_year"] == 2024
    assert (form["planned_start"], form["planned_end"]) == ("2024-01-01", "2024-12-31")
    assert form["funds"] == {
        "stated_unit": "元", "project_total": None, "project_fiscal": None,
        "project_other": None, "annual_request": 470000.0, "annual_appropriation": 470000.0,
        "carried_over": 0.0, "annual_other": 0.0,
    }  # fmt: skip
    assert form["indicators"][0] == {
        "level1": "产出指标", "level2": "数量指标", "name": "影像扫描工作完成率",
        "raw_text": "=14600.00(页)", "comparator": "=", "number": 14600.0, "unit": "页",
        "text": None, "normalized_number": 14600.0, "normalized_unit": "页",
        "weight": None, "actual": None, "score": None, "reason": None,
        "location": "line 19", "repairs": [],
    }  # fmt: skip


def test_files_come_in_the_order_given_also_those_that_cannot_be_read(perfkg: Commands) -> None:
    (perfkg.folder / "z.txt").write_text(TEXT, "utf-8")
    run = perfkg.process("parse", "--format", "json", "z.txt", "none.txt", DEMO)
    assert run.status == 1
    read = _json(run.out)
    assert [file["document"]["name"] for file in read] == ["z.txt", "none.txt", DEMO.name]
    assert [len(file["forms"]) for file in read] == [2, 0, 10]
    (problem,) = read[1]["problems"]
    assert problem["severity"] == "error"
    assert "不存在" in problem["message"]
    assert "none.txt" in run.err


def test_amounts_in_ten_thousands_come_in_yuan(perfkg: Commands) -> None:
    funds = _json(perfkg("parse", "--format", "json", SCHOOL).done().out)[0]["forms"][0]["funds"]
    assert funds["stated_unit"] == "万元"
    assert funds["annual_request"] == 1_205_000.0


@pytest.mark.parametrize("form", ["table", "json", "jsonld", "turtle"])
def test_standard_input_is_read_as_a_file_is(perfkg: Commands, form: str) -> None:
    (perfkg.folder / "stdin").write_bytes(SCHOOL.read_bytes())
    piped = perfkg("parse", "--format", form, "-", stdin=SCHOOL.read_bytes()).done()
    assert piped.data == perfkg("parse", "--format", form, "stdin").done().data


def test_data_goes_to_stdout_and_every_word_about_it_to_stderr(perfkg: Commands) -> None:
    damaged = TEXT.replace("≥860平方米", "≥≥860平方米").encode()
    run = perfkg.process("parse", "--format", "json", "-", stdin=damaged)
    assert run.status == 1
    assert len(_json(run.out)[0]["forms"]) == 2
    assert run.err.startswith("错误 stdin: line 14: ")


def test_messages_come_in_english_when_that_is_set(perfkg: Commands) -> None:
    run = perfkg("parse", "none.txt", env={"PERFKG_LANG": "en"})
    assert run.err.startswith("error none.txt: ")
    assert "does not exist" in run.err or "no such file" in run.err


def test_jsonld_and_turtle_say_the_same(perfkg: Commands) -> None:
    turtle = perfkg("parse", "--format", "turtle", DEMO).done().data
    jsonld = perfkg("parse", "--format", "jsonld", DEMO).done().data
    graph = triples(turtle, ox.RdfFormat.TURTLE)
    assert len(graph) > 1500
    assert graph == triples(jsonld, ox.RdfFormat.JSON_LD)


def test_what_parse_prints_is_what_ingest_stores(perfkg: Commands, demo_store: Path) -> None:
    printed = triples(perfkg("parse", "--format", "turtle", DEMO).done().data, ox.RdfFormat.TURTLE)
    stored = triples(perfkg("export", "--store", demo_store).done().data, ox.RdfFormat.N_TRIPLES)
    assert printed <= stored


def test_the_columns_of_chinese_tables_line_up(perfkg: Commands) -> None:
    run = perfkg("parse", DEMO, SCHOOL).done()
    assert assert_aligned(run.out) == 24
    assert "470,000.00 元" in run.out
    assert "影像扫描工作完成率" in run.out


def test_the_tables_speak_english_when_that_is_set(perfkg: Commands) -> None:
    run = perfkg("parse", SCHOOL, env={"PERFKG_LANG": "en"}).done()
    assert assert_aligned(run.out) == 4
    assert "Annual request" in run.out


def test_markup_in_a_form_is_printed_as_it_stands(perfkg: Commands) -> None:
    damaged = TEXT.replace("农村公路养护", "农村公路[bold]养护[/bold] [/]")
    run = perfkg("parse", "-", stdin=damaged.encode()).done()
    assert "农村公路[bold]养护[/bold] [/]" in run.out


def test_parse_makes_no_store(perfkg: Commands) -> None:
    perfkg("parse", SCHOOL).done()
    assert list(perfkg.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "forms", "says"),
    [
        ("empty.txt", b"", 0, "empty.txt: "),
        ("binary.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), 0, "binary.txt: "),
        ("minutes.txt", "会议纪要\n今天讨论了明年的工作。\n".encode(), 0, "minutes.txt: "),
        (
            "cut.txt",
            TEXT[: TEXT.index("\t\t质量指标\t路面")].encode(),
            2,
            "cut.txt: lines 23-38: ",
        ),
        (
            "twice.txt",
            TEXT.replace("≥860平方米", "≥≥5(平方米)").encode(),
            2,
            "twice.txt: line 14: ",
        ),
        (
            "letter.txt",
            TEXT.replace("￥2,350,000.00", "4,88O,000").encode(),
            2,
            "letter.txt: line 29: ",
        ),
    ],
)
def test_bad_input_is_named_with_file_and_line_and_the_rest_is_read(
    perfkg: Commands, name: str, data: bytes, forms: int, says: str
) -> None:
    (perfkg.folder / name).write_bytes(data)
    run = perfkg("parse", "--format", "json", name)
    assert run.status == 1
    assert len(_json(run.out)[0]["forms"]) == forms
    assert f"错误 {says}" in run.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("=320个", "=320(埂位)", "f.txt: line 15: "),
        ("可持续影响指标", "创新驱动指标", "f.txt: line 20: "),
    ],
)
def test_what_is_new_is_read_with_a_warning(
    perfkg: Commands, old: str, new: str, says: str
) -> None:
    (perfkg.folder / "f.txt").write_text(TEXT.replace(old, new, 1), "utf-8")
    run = perfkg("parse", "--format", "json", "f.txt").done()
    assert f"注意 {says}" in run.err


def test_a_file_in_gb18030_is_read_like_one_in_utf8(perfkg: Commands) -> None:
    (perfkg.folder / "f.txt").write_bytes(TEXT.encode("gb18030"))
    run = perfkg("parse", "--format", "json", "f.txt").done()
    expected = _json(perfkg("parse", "--format", "json", SCHOOL).out)
    assert _json(run.out)[0]["forms"] == expected[0]["forms"]


def test_a_folder_given_to_parse_is_explained(perfkg: Commands) -> None:
    run = perfkg("parse", perfkg.folder)
    assert run.status == 1
    assert str(perfkg.folder.name) in run.err


def test_wrong_usage_ends_with_status_2_and_says_nothing_on_stdout(perfkg: Commands) -> None:
    for run in (perfkg("parse"), perfkg.process("parse", "--format", "pdf", "f.txt")):
        assert (run.status, run.data) == (2, b"")
        assert "用法" in run.err
