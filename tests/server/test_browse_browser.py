"""Walks through the pages in a real browser, with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import SCHOOL
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from .test_browser import Watched

PAGES = ("/", "/forms", "/projects", "/indicators", "/organizations", "/validation", "/review",
         "/docs", "/search?q=满意", "/queries", "/queries/findings-by-rule",
         "/queries/lowest-satisfaction")  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_person_opens_a_form_follows_an_indicator_and_compares_its_targets(
    browser: Browser, service: str, scripts: bool, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="zh-CN")
    watched = Watched(context.new_page(), service)
    page = watched.page
    page.goto(service)
    page.get_by_role("link", name="表格", exact=True).first.click()
    page.get_by_label("名称包含").fill("测绘成果")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="测绘成果管理", exact=True).click()
    expect(page.locator("h1")).to_have_text("测绘成果管理")
    page.get_by_role("link", name="管理者满意度", exact=True).click()
    expect(page.locator("h1")).to_have_text("管理者满意度")
    uses = page.locator("section[aria-labelledby=uses] tbody tr")
    shown = uses.all_inner_texts()
    assert len(shown) > 1
    assert any("测绘成果管理" in row and "≥90" in row for row in shown)
    assert any("测绘成果管理" not in row and "≥95" in row for row in shown)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    download.value.save_as(tmp_path / "targets.xlsx")
    assert "管理者满意度" in str(
        [list(sheet.values) for sheet in load_workbook(tmp_path / "targets.xlsx")]
    )
    assert watched.faults == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_person_has_a_file_reviewed_and_takes_the_report_along(
    browser: Browser, service: str, scripts: bool, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="zh-CN")
    watched = Watched(context.new_page(), service)
    page = watched.page
    page.goto(f"{service}/review")
    page.get_by_label("选择文件").set_input_files(SCHOOL)
    page.get_by_role("button", name="读取并审核").click(timeout=90_000)
    expect(page.get_by_role("heading", name="审核结果")).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="审核报告（Excel）").click()
    download.value.save_as(tmp_path / "review.xlsx")
    assert len(load_workbook(tmp_path / "review.xlsx").sheetnames) == 3
    assert watched.faults == []
    context.close()


def test_a_query_that_hints_a_chart_draws_it_and_sorts_its_table(
    browser: Browser, service: str
) -> None:
    context = browser.new_context(locale="zh-CN")
    watched = Watched(context.new_page(), service)
    page = watched.page
    page.goto(f"{service}/queries/lowest-satisfaction")
    expect(page.locator("figure.chart canvas")).to_be_visible()
    page.get_by_role("link", name="指标值", exact=True).click()
    page.wait_for_url(re.compile("_sort=value"))
    numbers = [float(row[0]) for row in watched.rows()]
    assert numbers == sorted(numbers, reverse=True)
    page.get_by_label("只看含这些字的行").fill("测绘")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(re.compile("_filter="))
    assert watched.rows()
    assert all("测绘成果管理" in row for row in watched.rows())
    assert watched.faults == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_stranger_finds_a_query_narrows_it_down_sees_the_chart_and_takes_the_workbook_along(
    browser: Browser, service: str, scripts: bool, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="zh-CN")
    watched = Watched(context.new_page(), service)
    page = watched.page
    page.goto(service)
    page.get_by_role("searchbox").fill("满意度")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="偏低的满意度指标值", exact=True).click()
    expect(page.locator("h1")).to_have_text("偏低的满意度指标值")
    every = len(watched.rows())
    department = page.get_by_label("主管部门或实施单位")
    choices = department.locator("option").all_inner_texts()
    (chosen,) = (text for text in choices if text.startswith("上海市房地产交易中心"))
    department.select_option(label=chosen)
    page.get_by_label("低于（%）").fill("90")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(re.compile("below=90"))
    assert department.locator("option:checked").inner_text() == chosen
    assert every > len(watched.rows()) > 0
    if scripts:
        expect(page.locator("figure.chart canvas")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    download.value.save_as(tmp_path / "satisfaction.xlsx")
    cover, table = load_workbook(tmp_path / "satisfaction.xlsx").worksheets
    told = " ".join(str(cell) for row in cover.values for cell in row if cell is not None)
    for words in ("偏低的满意度指标值", "90", "上海市房地产交易中心"):
        assert words in told
    assert table.max_row == len(watched.rows()) + 1
    assert watched.faults == []
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_asks_another_host_or_complains(
    browser: Browser, service: str, language: str
) -> None:
    context = browser.new_context(locale="zh-CN")
    watched = Watched(context.new_page(), service)
    for path in (*PAGES, *_details(watched.page, service)):
        watched.page.goto(service + _in(path, language), wait_until="networkidle")
    assert watched.faults == []
    context.close()


def test_the_pages_fit_a_narrow_screen(browser: Browser, service: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = context.new_page()
    for path in (*PAGES, *_details(page, service)):
        page.goto(service + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_violation(browser: Browser, service: str, language: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(locale="zh-CN")
    for path in (*PAGES, *_details(page, service)):
        page.goto(service + _in(path, language))
        found = axe.run(page).response["violations"]
        assert [(path, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    page.close()


def _in(path: str, language: str) -> str:
    """Return the address of a page in a language."""
    bare = re.sub(r"[?&]lang=\w+", "", path)
    return f"{bare}{'&' if '?' in bare else '?'}lang={language}"


def _details(page: object, service: str) -> list[str]:
    found = []
    for kind in ("forms", "projects", "indicators", "organizations"):
        page.goto(f"{service}/{kind}")  # type: ignore[attr-defined]
        link = page.locator(f"main a[href^='/{kind}/']").first  # type: ignore[attr-defined]
        found.append(link.get_attribute("href"))
    return found
