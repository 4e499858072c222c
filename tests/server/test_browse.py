"""The pages for reading the graph: a real service on the ten bundled forms."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from helpers import SCHOOL, Commands
from lxml import etree, html

from perfkg.server.browse.entries import FormEntry, money

from .conftest import Serve

DATA = "@type='application/ld+json'"
"""What is in such an element is for search engines; a browser never runs it."""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LISTS = (
    "/forms",
    "/projects",
    "/indicators",
    "/organizations",
    "/validation",
    "/review",
    "/search",
)
KINDS = ("forms", "projects", "indicators", "organizations")
NOBODY = "00000000-0000-5000-8000-000000000000"


def _get(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    return client.get(path, headers={**BROWSER, **headers})


def _page(client: httpx.Client, path: str) -> html.HtmlElement:
    answer = _get(client, path)
    assert answer.status_code == 200, (path, answer.text[:500])
    return html.document_fromstring(answer.text)


def _links(page: html.HtmlElement, start: str) -> list[str]:
    return [str(link) for link in page.xpath(f"//main//a[starts-with(@href, '{start}')]/@href")]


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _find(client: httpx.Client, kind: str, name: str) -> str:
    """Return the address of the page about the thing of that name."""
    page = _page(client, f"/{kind}?q={quote(name)}")
    (link,) = (a.get("href") for a in page.xpath("//tbody//th/a") if _text(a) == name)
    return str(link)


def _details(client: httpx.Client) -> list[str]:
    return [_links(_page(client, f"/{kind}"), f"/{kind}/")[0] for kind in KINDS]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_well_formed_and_has_its_landmarks(
    client: httpx.Client, language: str
) -> None:
    for path in (*LISTS, *_details(client), "/search?q=满意度", "/forms?q=nothing-like-it"):
        joint = "&" if "?" in path else "?"
        text = _get(client, re.sub(r"lang=\w+", "", path) + f"{joint}lang={language}").text
        parser = etree.HTMLParser(recover=True)
        etree.fromstring(text, parser)
        # libxml2 knows HTML 4 only; what it says about the newer elements is no fault.
        faults = [str(e.message) for e in parser.error_log if "Tag " not in str(e.message)]
        assert faults == [], path
        page = html.document_fromstring(text)
        assert page.get("lang") == {"zh": "zh-CN", "en": "en"}[language], path
        assert len(page.findall(".//h1")) == 1, path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        assert page.xpath("//table[not(caption)]") == [], path
        assert page.xpath("//table//th[not(@scope)]") == [], path
        assert page.xpath(f"//script[not(@src)][not({DATA})] | //@style | //@onclick") == [], path


def test_every_link_of_every_kind_of_page_leads_somewhere(client: httpx.Client) -> None:
    links = {
        link
        for path in ("/", *LISTS, *_details(client))
        for link in _links(_page(client, path), "/")
    }
    assert len(links) > 100
    wrong = {link: _get(client, link).status_code for link in links}
    assert {link: status for link, status in wrong.items() if status != 200} == {}


def test_the_forms_are_listed_and_narrowed_down(client: httpx.Client) -> None:
    assert "共 10 行，完整" in _text(_page(client, "/forms"))
    page = _page(client, "/forms?q=测绘")
    assert [_text(cell) for cell in page.xpath("//tbody//th")] == ["测绘成果管理"]
    assert "125 万元" in _text(page)
    assert "没有符合条件的记录" in _text(_page(client, "/forms?year=1999"))
    (department,) = _page(client, "/forms").xpath("//select[@name='department']/option[2]/@value")
    assert "共 10 行，完整" in _text(_page(client, f"/forms?department={department}"))


def test_the_forms_come_in_the_order_asked_for(client: httpx.Client) -> None:
    def first(order: str) -> str:
        return _text(_page(client, f"/forms?order={order}").xpath("//tbody//th")[0])

    assert first("money") == "房地产监测管理"
    assert first("findings") == "房屋交易与产权档案管理"


def test_a_form_is_laid_out_as_the_official_table(client: httpx.Client) -> None:
    page = _page(client, _find(client, "forms", "房屋交易与产权档案管理"))
    header, rows = page.xpath("//table[contains(@class, 'official')]")
    said = _text(header)
    for words in ("项目性质其他一次性项目", "项目类别特定目标类", "计划开始日期2024-01-01",
                  "年度资金申请总额470,000.00", "上年结转资金0.00", "年度总体目标"):  # fmt: skip
        assert words in said
    assert _text(rows.xpath("./tbody/tr[1]/th[1]")[0]) == "产出指标"
    assert rows.xpath("./tbody/tr[1]/th[1]/@rowspan") == ["12"]
    assert [_text(cell) for cell in rows.xpath("./tbody/tr[1]/*")[:4]] == [
        "产出指标", "数量指标", "影像扫描工作完成率", "=14600.00(页) 计量单位：页",
    ]  # fmt: skip
    assert "line 19" in _text(rows)
    for kind in ("/indicators/", "/queries/targets-in-unit"):
        assert _links(rows, kind) or rows.xpath(f".//a[starts-with(@href, '{kind}')]")
    for kind in ("/projects/", "/organizations/"):
        assert header.xpath(f".//a[starts-with(@href, '{kind}')]")


def test_findings_stand_beside_the_cells_that_they_are_about(client: httpx.Client) -> None:
    page = _page(client, _find(client, "forms", "房屋交易与产权档案管理"))
    (row,) = page.xpath("//tr[td/a[text()='影像扫描工作完成率']]")
    assert "violation" in str(row.get("class"))
    assert "违规" in _text(row.xpath("./td[@class='note']")[0])
    assert "名称为“率”而单位不是比率" in _text(row)


def test_every_finding_of_a_form_is_told_on_its_page(client: httpx.Client) -> None:
    counted = 0
    for link in _links(_page(client, "/forms"), "/forms/"):
        page = _page(client, link)
        told = len(page.xpath("//ul[@class='beside']/li"))
        stated = [int(n) for n in re.findall(r"\d+", " ".join(page.xpath("//p/span/text()")))]
        assert told == sum(stated), link
        counted += told
    assert counted == 212  # one is about two forms


def test_the_pages_say_when_nothing_was_reviewed(
    serve: Serve, perfkg: Commands, tmp_path: Path
) -> None:
    perfkg("ingest", SCHOOL, "--store", tmp_path / "s", "--no-validate")
    client = serve(tmp_path / "s")
    assert "尚未审核" in _text(_page(client, "/validation"))
    assert "尚未审核" in _text(_page(client, _links(_page(client, "/forms"), "/forms/")[0]))


def test_a_project_shows_its_years_side_by_side(
    serve: Serve, perfkg: Commands, tmp_path: Path
) -> None:
    text = SCHOOL.read_text("utf-8")
    years = re.findall(r"20\d\d", text)
    later = re.sub(years[0], str(int(years[0]) + 1), text).replace("≥95", "≥97")
    assert later != text
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (tmp_path / "b.txt").write_text(later, "utf-8")
    perfkg("ingest", tmp_path / "a.txt", tmp_path / "b.txt", "--store", tmp_path / "s")
    client = serve(tmp_path / "s")
    projects = _page(client, "/projects")
    assert f"{int(years[0]) + 1}, {years[0]}" in _text(projects)
    differing = 0
    for link in _links(projects, "/projects/"):
        page = _page(client, link)
        heads = [
            _text(cell) for cell in page.xpath("//section[@aria-labelledby='targets']//thead//th")
        ]
        assert [head[:4] for head in heads[3:]] == [years[0], str(int(years[0]) + 1)]
        differing += len(page.xpath("//td[@class='changed']"))
    assert differing > 0


def test_an_indicator_compares_its_targets_in_one_unit(client: httpx.Client) -> None:
    page = _page(client, "/indicators")
    uses = [int(_text(cell)) for cell in page.xpath("//tbody//td")]
    assert uses == sorted(uses, reverse=True)
    page = _page(client, _find(client, "indicators", "影像扫描工作完成率"))
    cells = [
        _text(cell) for cell in page.xpath("//section[@aria-labelledby='uses']//tbody/tr[1]/*")
    ]
    assert cells[:6] == ["房屋交易与产权档案管理", "2024", "=14,600", "页", "", "=14600.00(页)"]
    assert _get(client, _links(page, "/queries/indicator-comparison.xlsx")[0]).content[:2] == b"PK"


def test_an_organisation_has_its_projects_money_and_findings(client: httpx.Client) -> None:
    page = _page(client, _find(client, "organizations", "上海市房地产交易中心"))
    text = _text(page)
    for words in ("作为实施单位 10", "1,554.68 万元", "违规 9", "警告 59", "提示 143"):
        assert words in text


def test_the_board_counts_every_finding_in_each_of_its_ways(client: httpx.Client) -> None:
    page = _page(client, "/validation")
    assert "审核发现 211" in _text(page)
    for name in ("severity", "criterion", "rule"):
        cells = page.xpath(f"//section[@aria-labelledby='by-{name}']//tbody/tr/td[position() < 4]")
        assert sum(int(_text(cell)) for cell in cells) == 211, name


def test_a_filter_leaves_the_findings_that_the_board_counts_for_it(client: httpx.Client) -> None:
    for name in ("severity", "criterion", "rule", "department"):
        row = _page(client, "/validation").xpath(
            f"//section[@aria-labelledby='by-{name}']//tbody/tr[1]"
        )[0]
        expected = sum(int(_text(cell)) for cell in row.xpath("./td[position() < 4]"))
        page = _page(client, str(row.xpath("./th/a/@href")[0]))
        assert f"审核发现 {expected}" in _text(page), name
    page = _page(client, "/validation?severity=Violation&rule=rate-unit")
    assert len(page.xpath("//section[@aria-labelledby='matching']//tbody/tr")) == 4


@pytest.mark.parametrize("text", ["满意", "档案", "房地产交易中心", "ＱＱ", "<b>", "'\"} DROP"])
def test_search_finds_the_names_that_hold_the_text(client: httpx.Client, text: str) -> None:
    page = _page(client, f"/search?q={quote(text)}")
    names = [_text(item) for item in page.xpath("//main//ul/li")]
    assert all(text in name for name in names)
    assert bool(names) == (text in ("满意", "档案", "房地产交易中心"))
    assert page.xpath("//main//b | //main//script") == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", [NOBODY, "x", "..", "%22%3E%3Cscript%3E", NOBODY.upper() + "0"])
def test_an_unknown_key_is_explained_in_both_languages(
    client: httpx.Client, kind: str, key: str
) -> None:
    if key == "..":
        key = "%2E%2E"
    answer = client.get(f"/{kind}/{key}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["detail_zh"]
    assert problem["detail_en"]
    page = _get(client, f"/{kind}/{key}")
    assert page.status_code == 404
    assert "<script>" not in page.text


def test_a_page_is_not_sent_again_to_who_has_it(client: httpx.Client) -> None:
    for path in (*LISTS, *_details(client)):
        tag = _get(client, path).headers["etag"]
        assert _get(client, path, **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("page", ["0", "-1", "99999999", "x", "²", ""])
def test_any_page_number_gives_a_page(client: httpx.Client, page: str) -> None:
    assert "行，完整" in _text(_page(client, f"/forms?page={quote(page)}"))


def test_long_lists_are_paged_without_losing_a_row(client: httpx.Client) -> None:
    seen: list[str] = []
    path = "/indicators"
    while True:
        page = _page(client, path)
        seen += _links(page, "/indicators/")
        following = page.xpath("//a[@rel='next']/@href")
        if not following:
            break
        path = str(following[0])
    assert len(seen) == len(set(seen))
    assert f"共 {len(seen)} 行" in _text(page)
    assert len(seen) > 50


def test_what_forms_say_is_shown_and_never_run(
    serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> None:
    commands = Commands(tmp_path_factory.mktemp("hostile"))
    text = SCHOOL.read_text("utf-8")
    text = text.replace("农村公路养护", "农村公路养护" + escape("<script>alert(1)</script>"))
    text = text.replace("出行条件", escape('<img src=x onerror="alert(2)">') + "出行条件")
    (commands.folder / "f.txt").write_text(text, "utf-8")
    commands("ingest", "f.txt", "--store", "s")
    client = serve(commands.folder / "s")
    shown = ""
    for path in ("/", "/forms", "/projects", "/indicators", *_details(client)):
        page = _page(client, path)
        assert (
            page.xpath(f"//script[not(starts-with(@src, '/static/'))][not({DATA})] | //main//img")
            == []
        )
        shown += _text(page)
    assert "<script>alert(1)</script>" in shown


def test_a_year_that_was_planned_and_evaluated_counts_its_money_once() -> None:
    def form(iri: str, year: int, amount: int, *, done: bool) -> FormEntry:
        return FormEntry(iri, "甲", done, year, amount, "p", "", "", "")  # type: ignore[arg-type]

    forms = [
        form("a", 2023, 10, done=True),
        form("b", 2023, 7, done=False),
        form("c", 2024, 5, done=True),
    ]
    assert money(forms) == 12
    assert money([]) is None
