"""What the editor makes of an answer: table, chart, files."""

from __future__ import annotations

import csv
import io
import json
import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from perfkg.namespaces import PK

from .editing import SECONDS, Open

PROJECTS = f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name ?request {{ ?f <{PK}project>/skos:prefLabel ?name ; <{PK}annualRequest> ?request }}"""
PICTURE = """canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(data.slice(i, i + 3).join());
  return seen.size;
}"""


def test_a_table_is_sorted_by_number_and_filtered(visit: Open) -> None:
    editor = visit()
    editor.ask(PROJECTS + " ORDER BY ?name")
    heading = editor.tab.get_by_role("button", name="request")
    heading.click()
    amounts = [int(row[1]) for row in editor.rows()]
    assert amounts == sorted(amounts)
    heading.click()
    assert [int(row[1]) for row in editor.rows()] == amounts[::-1]
    sorts = editor.tab.locator("th[aria-sort]")
    assert sorts.get_attribute("aria-sort") == "descending"
    editor.ask("SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o }")
    assert len(editor.rows()) == 50
    editor.tab.get_by_role("button", name="下一页").click()
    expect(editor.tab.locator(".pager")).to_contain_text("第 51–100 行")
    editor.tab.get_by_label("筛选").fill("档案管理")
    assert {"档案管理" in row[1] for row in editor.rows()} == {True}


def test_what_a_text_holds_is_shown_and_never_carried_out(visit: Open) -> None:
    editor = visit()
    hostile = "<img src=x onerror=alert(1)> {{s}} <b>b</b>"
    editor.ask(f'SELECT ?s ?o {{ VALUES (?s ?o) {{ (<javascript:alert(1)> "{hostile}") }} }}')
    assert editor.rows() == [["javascript:alert(1)", hostile]]
    assert editor.tab.locator(".results tbody :is(a, img, b)").count() == 0


def test_yes_or_no_and_triples_are_answered_too(visit: Open) -> None:
    editor = visit()
    editor.ask(f"ASK {{ ?p a <{PK}Project> }}")
    assert editor.tab.locator(".truth").inner_text() == "是"
    editor.ask(f"CONSTRUCT {{ ?p a <{PK}Project> }} WHERE {{ ?p a <{PK}Project> }}")
    assert len(editor.rows()) == 10
    assert {row[1] for row in editor.rows()} == {"rdf:type"}
    name, data = editor.saved("N-Triples")
    assert name.endswith(".nt")
    assert len(data.decode().splitlines()) == 10


def test_a_chart_is_drawn_described_and_changed(visit: Open) -> None:
    editor = visit()
    editor.ask(PROJECTS)
    editor.tab.get_by_role("button", name="显示图表").click()
    canvas = editor.tab.locator(".canvas canvas")
    expect(canvas).to_be_visible(timeout=SECONDS)
    described = editor.tab.locator(".canvas[aria-label]")
    assert "房地产监测管理" in str(described.get_attribute("aria-label"))
    assert canvas.evaluate(PICTURE) > 2
    for kind in ("饼图", "折线图", "散点图", "柱状图"):
        editor.tab.get_by_label("图形").select_option(label=kind)
        if kind == "散点图":
            expect(editor.tab.locator(".canvas")).to_contain_text("画不成图")
        else:
            expect(editor.tab.locator(".canvas canvas")).to_be_visible()
            assert editor.tab.locator(".canvas canvas").evaluate(PICTURE) > 2
    editor.tab.get_by_label("数值").select_option("name")
    expect(editor.tab.locator(".canvas")).to_contain_text("画不成图")


def test_the_chart_of_a_saved_query_is_the_one_that_it_hints_at(visit: Open) -> None:
    editor = visit()
    editor.page.get_by_role("button", name="资金最多的项目", exact=True).click()
    editor.answered()
    editor.tab.get_by_role("button", name="显示图表").click()
    expect(editor.tab.locator(".canvas canvas")).to_be_visible(timeout=SECONDS)
    assert editor.tab.get_by_label("横轴").input_value() == "projectLabel"
    assert editor.tab.get_by_label("数值").input_value() == "request"


def test_an_answer_is_saved_as_a_spreadsheet_reads_it(visit: Open) -> None:
    editor = visit()
    editor.ask(
        """SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ("=1+1" "说,\\"好\\"" -5) (UNDEF "b" 2.5) } }"""
    )
    name, data = editor.saved("CSV")
    assert re.fullmatch(r"查询.*\.csv", name)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["a", "b", "c"], ["'=1+1", '说,"好"', "-5"], ["", "b", "2.5"]]


@pytest.mark.parametrize(
    ("label", "accept"),
    [("TSV", "text/tab-separated-values"), ("JSON", "application/sparql-results+json")],
)
def test_an_answer_is_saved_as_the_service_writes_it(visit: Open, label: str, accept: str) -> None:
    editor = visit()
    query = PROJECTS + " ORDER BY ?name"
    editor.ask(query)
    editor.write("SELECT nothing of this")
    _, data = editor.saved(label)
    asked = httpx.get(
        f"{editor.address}/sparql", params={"query": query}, headers={"Accept": accept}
    )
    assert data == asked.content


def test_the_raw_answer_is_cut_in_the_page_when_it_is_long(visit: Open) -> None:
    editor = visit()
    editor.ask("SELECT * { ?s ?p ?o }")
    editor.tab.get_by_role("button", name="显示原始响应").click()
    raw = editor.tab.locator("pre.raw")
    expect(raw).to_be_visible()
    assert len(raw.inner_text()) <= 200_000
    expect(editor.tab.locator(".yasr_results")).to_contain_text("请下载全文")


PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<link rel="stylesheet" href="/static/bundle/editor.css">
<script type="module" src="/static/bundle/charts.js"></script></head><body>
{}
</body></html>"""
FIGURE = """<figure data-chart hidden{}><script type="application/json">{}</script></figure>"""


def test_a_page_needs_one_figure_for_a_chart(browser: Browser, service: str) -> None:
    chart = {"kind": "bar", "x": "name", "y": "request"}
    rows = {"columns": ["name", "request"], "rows": [["甲", 1], ["乙", 2]]}
    policy = httpx.get(f"{service}/sparql").headers["Content-Security-Policy"]
    figures = [
        FIGURE.format("", json.dumps(chart | rows)),
        f"<figure data-chart='{json.dumps(chart | rows)}' hidden></figure>",
        FIGURE.format(' data-source="/sparql?query=' + httpx.QueryParams(q=PROJECTS)["q"]
                      .replace("&", "&amp;").replace('"', "&quot;").replace("#", "%23")
                      .replace("\n", " ") + '"', json.dumps(chart)),
        FIGURE.format("", json.dumps(chart | rows | {"y": "missing"})),
        FIGURE.format(' data-source="/nothing"', json.dumps(chart)),
    ]  # fmt: skip
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route(
        "**/made",
        lambda route: route.fulfill(
            body=PAGE.format("".join(figures)),
            headers={"Content-Type": "text/html", "Content-Security-Policy": policy},
        ),
    )
    page.goto(f"{service}/made")
    expect(page.locator("figure canvas")).to_have_count(3, timeout=SECONDS)
    hidden = [item.is_hidden() for item in page.locator("figure").all()]
    assert hidden == [False, False, False, True, True]
    labels = page.locator("figure [aria-label]")
    assert "甲" in str(labels.nth(0).get_attribute("aria-label"))
    assert "房地产监测管理" in str(labels.nth(2).get_attribute("aria-label"))
    assert faults == []
    page.close()


def test_a_chart_counts_in_whole_steps_and_fits_its_names_to_the_width(
    browser: Browser, service: str
) -> None:
    page = browser.new_page()
    page.goto(f"{service}/queries")

    def called(function: str, *values: object) -> object:
        asked = (
            "async ([name, values]) => (await import('/static/bundle/charts.js'))[name](...values)"
        )
        return page.evaluate(asked, [function, values])

    assert called("steps", [["甲", 1], ["乙", None]], [1]) == {"minInterval": 1}
    assert called("steps", [["甲", 1], ["乙", 2.5]], [1]) == {}
    short, wrapped, slanting = (called("label", longest, 100, False) for longest in (60, 240, 900))
    assert isinstance(short, dict)
    assert isinstance(wrapped, dict)
    assert isinstance(slanting, dict)
    assert (short["rotate"], short["overflow"]) == (0, "none")
    assert (wrapped["rotate"], wrapped["overflow"], wrapped["interval"]) == (0, "break", 0)
    assert slanting["rotate"] > 0
    assert slanting["overflow"] == "truncate"
    told = str(called("told", "中小学校服务质量和安全管理专项经费" * 2, [["金额", 14010200]]))
    assert told.replace("\n", "").startswith("中小学校服务质量和安全管理专项经费" * 2)
    assert "金额: 14,010,200" in told.split("\n")
    page.close()
