"""The SPARQL editor in a real browser."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlencode

import httpx
import pytest
from playwright.sync_api import expect

from perfkg.namespaces import PK

from .editing import SECONDS, Open

COUNT = f"SELECT (COUNT(*) AS ?n) {{ ?p a <{PK}Project> }}"
REFUSED = "error: Failed to load resource: the server responded with a status of {}"
YASGUI_TABS = ("aria-required-children", '<div class="tabsList" role="tablist">')
"""YASGUI puts its button for a new tab among the tabs, where none but tabs should stand."""


def test_a_query_is_typed_and_answered_by_keys_alone(visit: Open) -> None:
    editor = visit()
    editor.clear()
    editor.page.keyboard.type(f"SELECT ?p {{ ?p a <{PK}Project> }} ORDER BY ?p", delay=1)
    editor.run()
    assert len(editor.rows()) == 10
    assert "共 10 行，完整" in editor.told()
    link = editor.tab.locator(".results td a").first
    assert link.get_attribute("href", timeout=SECONDS).startswith("https://w3id.org/perfkg/id/")


@pytest.mark.parametrize(
    ("locale", "typed", "shown"),
    [
        ("zh-CN", "部门", "主管部门"),
        ("en-GB", "department", "supervising department"),
        ("en-GB", "pk:superv", "supervising department"),
    ],
)
def test_a_property_is_found_by_its_label_and_brings_its_prefix(
    visit: Open, locale: str, typed: str, shown: str
) -> None:
    editor = visit(locale=locale)
    editor.clear()
    editor.page.keyboard.type("SELECT ?d { ?form " + typed, delay=20)
    first = editor.page.locator(".CodeMirror-hints li").first
    expect(first).to_contain_text(shown)
    expect(first).to_contain_text("pk:supervisingDepartment")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.insert_text(" ?d } LIMIT 1")
    expect(editor.tab.locator(".CodeMirror").first).to_contain_text("PREFIX pk:")
    assert editor.text == (
        f"PREFIX pk: <{PK}>\nSELECT ?d {{ ?form pk:supervisingDepartment ?d }} LIMIT 1"
    )
    editor.run()
    assert len(editor.rows()) == 1


def test_a_unit_and_a_heading_are_found_by_their_chinese_names(visit: Open) -> None:
    editor = visit()
    for typed, kind in (("数量指标", "概念"), ("万元", "概念"), ("项目", "类")):
        editor.clear()
        editor.page.keyboard.type("SELECT ?x { ?x a " + typed, delay=20)
        hints = editor.page.locator(".CodeMirror-hints")
        expect(hints).to_contain_text(typed)
        expect(hints).to_contain_text(kind)
        editor.page.keyboard.press("Escape")


def test_a_pasted_query_gets_the_declarations_that_it_lacks(visit: Open) -> None:
    editor = visit()
    editor.ask("SELECT ?name { ?p a pk:Project ; skos:prefLabel ?name } ORDER BY ?name")
    assert len(editor.rows()) == 10
    assert editor.text.count("PREFIX") == 2
    editor.run()
    assert editor.text.count("PREFIX") == 2


def test_an_example_opens_in_a_tab_of_its_own_with_its_defaults_and_its_answer(
    visit: Open,
) -> None:
    editor = visit()
    editor.page.get_by_role("button", name="偏低的满意度指标值", exact=True).click()
    editor.answered()
    assert editor.page.locator(".tabsList .tab.active").inner_text().startswith("偏低的满意度")
    assert "VALUES" in editor.text
    assert "#+" not in editor.text
    assert len(editor.rows()) > 3
    editor.page.get_by_role("button", name="偏低的满意度指标值", exact=True).click()
    assert editor.page.locator(".tabsList .tab").count() == 2


def test_a_shared_link_brings_query_name_and_answer_to_somebody_else(visit: Open) -> None:
    editor = visit()
    query = f'{COUNT} # 百分之 100% + "&"'
    editor.write(query)
    editor.tab.get_by_role("button", name="分享查询").click()
    link = editor.tab.locator(".yasqe_sharePopup input").input_value()
    other = visit(link.removeprefix(editor.address))
    other.answered()
    assert other.text == query
    assert other.rows() == [["10"]]


def test_a_link_cannot_send_the_query_elsewhere(visit: Open) -> None:
    trap = {"query": COUNT, "endpoint": "http://example.org/", "headers": '{"X": "1"}'}
    editor = visit(f"/sparql#{urlencode(trap, quote_via=quote)}")
    editor.answered()
    assert editor.rows() == [["10"]]


def test_a_plain_link_with_a_query_is_answered_too(visit: Open) -> None:
    editor = visit(f"/sparql?query={quote(COUNT)}")
    editor.answered()
    assert editor.text == COUNT
    assert editor.rows() == [["10"]]


def test_a_mistake_is_told_with_its_place_marked_until_it_is_mended(visit: Open) -> None:
    editor = visit()
    editor.ask("SELECT ?s WHERE {\n  ?s ?p \n}")
    assert "三元组不完整" in editor.tab.locator(".problem").inner_text()
    marked = editor.tab.locator(".CodeMirror-line", has=editor.page.locator(".problem-place"))
    expect(marked).to_have_count(1)
    assert editor.tab.locator(".problem-line").count() == 1
    editor.page.keyboard.type(" ")
    expect(editor.tab.locator(".problem-place")).to_have_count(0)
    assert editor.faults == [REFUSED.format("400 (Bad Request)")]
    editor.faults.clear()


def test_a_hint_is_shown_and_its_column_counts_whole_characters(visit: Open) -> None:
    editor = visit()
    problem = {
        "title": "Bad Request", "detail": "a / b", "detail_zh": "语法有误", "line": 2, "column": 7,
        "hint_zh": "是否要写 SELECT？", "hint_en": "did you mean SELECT?",
    }  # fmt: skip
    editor.page.route(
        "**/sparql",
        lambda route: route.fulfill(
            status=400, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    editor.ask("SELECT *\n'𠮷𠮷𠮷' wrong")
    assert "语法有误" in editor.tab.locator(".problem").inner_text()
    assert "是否要写 SELECT？" in editor.tab.locator(".problem .hint").inner_text()
    assert "".join(editor.tab.locator(".problem-place").all_inner_texts()) == "wrong"
    editor.faults.clear()


def test_a_link_with_a_wrong_query_shows_its_text_and_what_is_wrong(visit: Open) -> None:
    editor = visit(f"/sparql?query={quote('SELECT ?s {' + chr(10) + ' ?s ?p }')}")
    editor.answered()
    assert editor.text == "SELECT ?s {\n ?s ?p }"
    assert editor.tab.locator(".problem").inner_text()
    expect(editor.tab.locator(".problem-line")).to_have_count(1)
    assert editor.faults == [REFUSED.format("400 (Bad Request)")]
    editor.faults.clear()


def test_a_cut_answer_says_so(visit: Open, small: httpx.Client) -> None:
    editor = visit(address=str(small.base_url).rstrip("/"))
    editor.ask("SELECT ?s { ?s ?p ?o }")
    assert len(editor.rows()) == 5
    assert "前 5 行，后面还有" in editor.told()
    assert editor.tab.locator(".answer .cut").count() == 1


def test_a_runaway_query_is_stopped_and_the_next_one_answered(
    visit: Open, small: httpx.Client
) -> None:
    editor = visit(address=str(small.base_url).rstrip("/"))
    editor.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert "1 秒" in editor.tab.locator(".problem").inner_text()
    editor.ask(COUNT)
    assert editor.rows() == [["10"]]
    assert editor.faults == [REFUSED.format("504 (Gateway Timeout)")]
    editor.faults.clear()


def test_a_running_query_is_stopped_by_the_button_that_started_it(visit: Open) -> None:
    editor = visit()
    editor.write("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    editor.page.keyboard.press("Control+Enter")
    button = editor.tab.get_by_role("button", name="运行查询")
    expect(button).to_have_class(re.compile("busy"))
    button.click()
    expect(editor.tab.locator(".problem")).to_contain_text("查询已停止")


def test_escape_lets_the_keyboard_out_of_the_text(visit: Open) -> None:
    editor = visit()
    editor.clear()
    focused = "document.activeElement.closest('button, textarea').className"
    editor.page.keyboard.type("a")
    editor.page.keyboard.press("Tab")
    assert editor.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("Tab")
    assert "yasqe_share" in editor.page.evaluate(focused)
    editor.page.keyboard.press("Tab")
    assert "yasqe_queryButton" in editor.page.evaluate(focused)


def test_the_tabs_are_there_again_after_a_reload_and_the_answers_are_not(visit: Open) -> None:
    editor = visit()
    editor.ask(COUNT)
    editor.page.reload()
    expect(editor.tab.locator(".CodeMirror").first).to_be_visible()
    assert editor.text == COUNT
    assert editor.rows() == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_words_around_the_editor_are_of_the_language_of_the_page(
    visit: Open, locale: str
) -> None:
    editor = visit(locale=locale)
    editor.ask(COUNT)
    editor.page.locator(".tabsList .tab a").first.click(button="right")
    said = editor.page.locator("#editor").inner_text()
    said = said.replace(editor.text, "").replace("perfkg", "")
    labels = editor.page.locator("#editor").evaluate(
        "place => [...place.querySelectorAll('[title], [aria-label], [placeholder]')].flatMap("
        "(e) => [e.title, e.ariaLabel, e.placeholder]).filter(Boolean).join(' ')"
    )
    words = f"{said} {labels}"
    if locale == "zh-CN":
        known = ("PREFIX", "SELECT", "COUNT", "CSV", "TSV", "JSON", "SPARQL", "AS", "n", "p", "a")
        english = [word for word in words.split() if word.isascii() and word.isalpha()]
        assert [word for word in english if word not in known] == []
    else:
        assert words.isascii() or not any("一" <= letter <= "鿿" for letter in words)


def test_a_reader_of_the_page_by_ear_or_keys_finds_no_barrier(visit: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    editor = visit()
    editor.page.get_by_role("button", name="项目清单", exact=True).click()
    editor.answered()
    editor.ask("SELECT ?p ?o { ?s ?p ?o } LIMIT 60")
    for view in ("图表", "原始响应", "表格"):
        editor.tab.get_by_role("button", name=f"显示{view}").click()
        editor.answered()
        found = axe.run(editor.page).response["violations"]
        faults = {(item["id"], node["html"]) for item in found for node in item["nodes"]}
        assert faults <= {YASGUI_TABS}
