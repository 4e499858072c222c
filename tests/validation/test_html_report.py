"""The report as a page, read with a parser and in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from perfkg.validation import html_report
from perfkg.validation.findings import count_by_severity
from perfkg.validation.html_report import to_html
from perfkg.validation.review import Review

from .reviewed import HOSTILE, TEXT, WRONG, injected_review, review


@pytest.fixture(scope="module")
def wrong() -> Review:
    return review(WRONG)


@pytest.fixture(scope="module")
def injected() -> Review:
    return injected_review()


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page.decode())


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def row_of(page: html.HtmlElement, words: str) -> html.HtmlElement:
    """Return the row of a form of which a cell beside the findings says just `words`."""
    rows = page.xpath("//article//tr")
    (found,) = [
        row
        for row in rows
        if any(text_of(cell) == words for cell in row if cell.get("class") != "beside")
    ]
    return found


def beside(row: html.HtmlElement) -> str:
    (cell,) = row.xpath("td[contains(@class, 'beside')]")
    return text_of(cell)


def test_a_finding_about_a_row_stands_beside_that_row_and_no_other(wrong: Review) -> None:
    page = tree(to_html(wrong, "zh"))
    assert "“工程验收合格率”的指标值为 1000%" in beside(row_of(page, "工程验收合格率"))
    assert beside(row_of(page, "改造食堂面积")) == ""
    assert "line 16" in text_of(row_of(page, "工程验收合格率"))


def test_a_finding_about_the_form_stands_beside_the_cells_that_its_rule_reads(
    wrong: Review,
) -> None:
    page = tree(to_html(wrong, "zh"))
    assert "请" in beside(row_of(page, "年度总体目标"))
    assert "早于计划开始日期" in beside(row_of(page, "计划完成日期"))
    assert "合计" in beside(row_of(page, "年度资金申请总额（元）"))
    assert beside(row_of(page, "项目名称")) == ""


def test_a_finding_about_no_single_cell_stands_above_the_form() -> None:
    page = tree(to_html(review(WRONG.replace("（2023年度）", "", 1)), "zh"))
    (whole,) = page.xpath("//article//*[@class='whole']")
    assert "预算年度" in text_of(whole)


def test_each_finding_stands_in_the_page_once(wrong: Review) -> None:
    told = tree(to_html(wrong, "zh")).xpath("//article//ul[@class='findings']/li")
    assert len(told) == len(wrong.findings) > 3
    assert {text_of(item.xpath("span")[0]) for item in told} == {"违规"}


def test_the_form_is_laid_out_as_it_was_filled_in(wrong: Review) -> None:
    page = tree(to_html(wrong, "zh"))
    (article,) = page.xpath("//article")
    cells = [text_of(cell) for cell in article.xpath(".//td|.//th")]
    for label, value in (
        ("项目名称", "乡镇中心小学食堂改造"),
        ("主管部门", "云岭县教育和体育局"),
        ("计划开始日期", "2023-03-01"),
        ("项目资金总额（元）", "1,605,000.00"),
        ("上年结转资金", "205,000.00"),
    ):
        assert cells[cells.index(label) + 1] == value
    rows = article.xpath(".//table[2]/tbody/tr")
    assert len(rows) == 8
    assert [text_of(cell) for cell in rows[0]][:4] == [
        "产出指标",
        "数量指标",
        "改造食堂面积",
        "≥860平方米 line 14",
    ]


def test_every_link_leads_to_a_place_in_the_page(wrong: Review) -> None:
    page = tree(to_html(wrong, "zh"))
    targets = set(page.xpath("//@id"))
    links = page.xpath("//a/@href")
    assert links
    assert {link.removeprefix("#") for link in links} <= targets
    assert len(targets) == len(page.xpath("//@id"))
    assert "#form-1" in links


def test_the_figures_are_those_of_the_findings(wrong: Review) -> None:
    page = tree(to_html(wrong, "zh"))
    figures = [int(text_of(item)) for item in page.xpath("//dl//dd")]
    assert figures == [2, 1, *count_by_severity(wrong.findings).values()]


def test_hostile_text_is_shown_and_not_obeyed(injected: Review) -> None:
    data = to_html(injected, "zh")
    page = tree(data)
    assert not page.xpath("//script | //img | //article//h1 | //*[@onerror] | //*[@style]")
    assert HOSTILE in text_of(page)
    assert len(page.xpath("//article")) == 1
    assert b"<script" not in data


def test_control_characters_do_not_reach_the_page(wrong: Review) -> None:
    bad = [replace(finding, project="a\x07b\x1b[31m") for finding in wrong.findings]
    message = replace(bad[0].message, zh="坏\x00字")
    page = to_html(Review([replace(bad[0], message=message)], wrong.shapes, wrong.data), "zh")
    assert not re.search(b"[\x00-\x08\x0b-\x1f\x7f]", page)


def test_the_policy_allows_the_style_sheet_of_the_page_and_nothing_else(wrong: Review) -> None:
    page = tree(to_html(wrong, "zh"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not page.xpath("//link | //@src | //*[starts-with(@href, 'http')]")


def test_the_same_data_gives_the_same_bytes(wrong: Review) -> None:
    assert to_html(review(WRONG), "zh") == to_html(wrong, "zh")


def test_english_headings_stand_beside_the_chinese_ones(wrong: Review) -> None:
    page = tree(to_html(wrong, "en"))
    assert page.get("lang") == "en"
    text = text_of(page)
    for words in ("By department 按部门", "Annual goal 年度总体目标", "must be changed"):
        assert words in text
    assert "has a target of 1000 %" in beside(row_of(page, "工程验收合格率"))
    assert "By department" not in text_of(tree(to_html(wrong, "zh")))


def test_a_review_that_finds_nothing_says_so_and_lists_the_rules() -> None:
    page = tree(to_html(review(TEXT), "zh"))
    assert "没有发现问题" in text_of(page)
    assert not page.xpath("//article")
    assert page.xpath("//tr[starts-with(@id, 'rule-')]")


def test_a_file_that_was_not_read_whole_is_named_and_not_called_faultless() -> None:
    page = tree(to_html(review(TEXT, "没有表格"), "zh"))
    (notice, sentence) = page.xpath("//*[contains(@class, 'notice')]")
    assert "1.txt" in text_of(notice)
    assert "未能完整读入" in text_of(sentence)


def test_what_is_left_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_report, "MOST_FORMS", 2)
    light = TEXT.replace("=100%", "=1000%")
    texts = [
        text.replace("云岭县", f"第{number}县") for number, text in enumerate([light, WRONG, WRONG])
    ]
    page = tree(to_html(review(*texts), "zh"))
    assert len(page.xpath("//article")) == 2
    assert "共 3 张表格有发现；此处列出其中问题最重的 2 张，其余 1 张未列出" in text_of(page)
    assert "第0县教育和体育局" in text_of(page.xpath("//section")[1])
    assert not [a for a in page.xpath("//article") if "第0县" in text_of(a)]


@pytest.fixture
def opened(browser: Browser, injected: Review, tmp_path: Path) -> Iterator[tuple[Page, list[str]]]:
    """The report on hostile forms in a browser, and what should not happen there."""
    file = tmp_path / "report.html"
    file.write_bytes(to_html(injected, "zh"))
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    page.on(
        "request",
        lambda request: None if request.url == file.as_uri() else faults.append(request.url),
    )
    page.goto(file.as_uri())
    yield page, faults
    page.close()


def test_a_browser_shows_findings_level_with_their_rows_and_asks_for_nothing(
    opened: tuple[Page, list[str]],
) -> None:
    page, faults = opened
    row = page.locator("article tr", has_text="line 16")
    value, told = row.locator("td").nth(3).bounding_box(), row.locator("li").bounding_box()
    assert value is not None
    assert told is not None
    assert told["x"] >= value["x"] + value["width"] - 1
    assert value["y"] - 1 <= told["y"] < value["y"] + value["height"]
    # The style sheet is in force, so the policy lets it through.
    assert row.locator(".badge").evaluate("e => getComputedStyle(e).fontWeight") == "700"
    page.locator("a[href='#form-1']").click()
    assert page.locator("#form-1 h3").inner_text() == HOSTILE
    assert faults == []
