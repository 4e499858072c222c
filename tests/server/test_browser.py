"""One walk through the pages in a real browser, with scripts and without."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

PROJECTS = (
    "房屋交易与产权档案管理",
    "测绘成果管理",
    "住房租赁管理",
    "房地产监测管理",
    "信息化运维项目",
)


class Watched:
    """A page, and everything in it that should not be."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        host = urlsplit(address).netloc
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if urlsplit(request.url).netloc == host
                else self.faults.append(f"request: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                self.faults.append(f"{response.status}: {response.url}")
                if response.status >= 400
                else None
            ),
        )

    def rows(self) -> list[list[str]]:
        rows = self.page.locator("main table tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_person_finds_a_query_changes_the_threshold_and_sees_other_rows(
    browser: Browser, service: str, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="zh-CN")
    watched = Watched(context.new_page(), service)
    page = watched.page
    page.goto(service)
    assert page.title().startswith("绩效目标知识图谱")
    projects = page.locator("section[aria-labelledby=projects] tbody tr")
    assert projects.count() == 10
    shown = " ".join(projects.all_inner_texts())
    assert all(name in shown for name in PROJECTS)

    page.get_by_role("link", name="偏低的满意度指标值", exact=True).click()
    assert page.locator("h1").inner_text() == "偏低的满意度指标值"
    before = watched.rows()
    page.get_by_label("低于（%）").fill("90")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(re.compile("below=90"))
    after = watched.rows()
    assert len(before) > len(after) == 3
    assert {row[0] for row in after} == {"85"}
    assert page.get_by_label("低于（%）").input_value() == "90"

    assert watched.faults == []
    context.close()


def test_a_browser_set_to_english_reads_english(browser: Browser, service: str) -> None:
    context = browser.new_context(locale="en-GB")
    watched = Watched(context.new_page(), service)
    watched.page.goto(service)
    assert watched.page.locator("html").get_attribute("lang") == "en"
    assert watched.page.locator("h1").inner_text() == "Performance target knowledge graph"
    watched.page.get_by_role("link", name="中文").click()
    assert watched.page.locator("html").get_attribute("lang") == "zh-CN"
    assert watched.faults == []
    context.close()


def test_the_page_fits_a_narrow_screen(browser: Browser, service: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = context.new_page()
    for path in ("/", "/queries", "/queries/lowest-satisfaction", "/sparql"):
        page.goto(service + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    context.close()


def test_the_example_query_is_asked_in_the_page_without_scripts(
    browser: Browser, service: str
) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    watched = Watched(context.new_page(), service)
    watched.page.goto(f"{service}/sparql")
    watched.page.get_by_role("button", name="查询").click()
    watched.page.wait_for_url(re.compile("query="))
    assert len(watched.rows()) == 10
    assert watched.faults == []
    context.close()


def test_without_scripts_a_wrong_query_stays_in_the_page_with_what_is_wrong(
    browser: Browser, service: str
) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/sparql")
    page.get_by_label("查询文本").fill("SELECT ?s { ?s ?p }")
    page.get_by_role("button", name="查询").click()
    assert page.get_by_label("查询文本").input_value() == "SELECT ?s { ?s ?p }"
    assert "三元组不完整" in page.locator("pre.notice").inner_text()
    context.close()
