"""The pages: well-formed, in two languages, without scripts, and safe whatever a form says."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import httpx
import pytest
from helpers import SCHOOL, Commands
from lxml import etree, html

from .conftest import Serve

PAGES = (
    "/",
    "/queries",
    "/queries/lowest-satisfaction",
    "/queries/project-indicators?project=测绘成果管理",
    "/queries/targets-in-unit?unit=页",
    "/sparql",
    "/sparql?query=SELECT * { ?s ?p ?o } LIMIT 3",
    "/sparql?query=ASK { ?s ?p ?o }",
    "/nothing-here",
    "/queries/lowest-satisfaction?below=x",
    "/sparql?query=SELECT",
)
DATA = "@type='application/ld+json'"
"""What is in such an element is for search engines; a browser never runs it."""
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def _page(client: httpx.Client, path: str, **headers: str) -> html.HtmlElement:
    answer = client.get(path, headers={**BROWSER, **headers})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(answer.text)


def _text(page: html.HtmlElement) -> str:
    return str(page.text_content())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed_and_has_its_landmarks(
    client: httpx.Client, path: str, language: str
) -> None:
    text = client.get(path, headers={**BROWSER, "Accept-Language": language}).text
    assert text.startswith("<!doctype html>")
    parser = etree.HTMLParser(recover=True)
    page = html.document_fromstring(text)
    etree.fromstring(text, parser)
    # libxml2 knows HTML 4 only; what it says about the newer elements is no fault.
    faults = [str(e.message) for e in parser.error_log if "Tag " not in str(e.message)]
    assert faults == []
    assert page.get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert str(page.findtext("head/title")).strip()
    assert len(page.findall(".//h1")) == 1
    assert len(page.findall(".//main")) == 1
    ids = page.xpath("//@id")
    assert isinstance(ids, list)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_an_inline_script_or_style_or_names_another_host(
    client: httpx.Client, path: str
) -> None:
    page = _page(client, path)
    assert page.xpath(f"//script[not(@src)][not({DATA})] | //style | //*[@style]") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    links = page.xpath("//@href | //@src | //@action")
    assert isinstance(links, list)
    assert [link for link in links if "//" in str(link) or str(link).startswith("data:")] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label(client: httpx.Client, path: str) -> None:
    fields = "//input[not(@type='hidden')] | //select | //textarea"
    page = _page(client, path)
    found = page.xpath(fields)
    assert isinstance(found, list)
    assert all(field.xpath("ancestor::label") for field in found)  # type: ignore[union-attr]


def test_every_link_of_the_home_page_leads_somewhere(client: httpx.Client) -> None:
    links = {str(link) for link in _page(client, "/").xpath("//@href")}  # type: ignore[union-attr]
    pages = sorted(link for link in links if not link.startswith("#") and "lang=en" not in link)
    assert len(pages) > 20
    statuses = {link: client.get(link).status_code for link in pages}
    wrong = {link: status for link, status in statuses.items() if status != 200}
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "headers", "lang"),
    [
        ("/", {}, "zh-CN"),
        ("/", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("/", {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-CN"),
        ("/", {"Accept-Language": "en;q=0.3, zh-Hans;q=0.8"}, "zh-CN"),
        ("/", {"Accept-Language": "en;q=0, fr"}, "zh-CN"),
        ("/", {"Accept-Language": "fr;q=x,,;"}, "zh-CN"),
        ("/?lang=en", {"Accept-Language": "zh"}, "en"),
        ("/?lang=zh", {"Accept-Language": "en"}, "zh-CN"),
        ("/?lang=xx", {"Accept-Language": "en"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_and_chinese_otherwise(
    client: httpx.Client, path: str, headers: dict[str, str], lang: str
) -> None:
    assert _page(client, path, **headers).get("lang") == lang


def test_the_home_page_names_the_projects_and_the_money(client: httpx.Client) -> None:
    text = _text(_page(client, "/"))
    for words in ("绩效目标知识图谱", "房屋交易与产权档案管理", "测绘成果管理", "15,546,830.00"):
        assert words in text
    assert "Performance target knowledge graph" in _text(_page(client, "/?lang=en"))


def test_the_home_page_of_an_empty_store_says_what_to_do(serve: Serve, tmp_path: Path) -> None:
    client = serve(tmp_path / "empty")
    page = _page(client, "/")
    assert "perfkg ingest" in _text(page)
    assert "尚未检查" in _text(page)
    assert client.get("/health").json()["status"] == "ok"


def test_the_page_of_a_query_keeps_what_was_asked(client: httpx.Client) -> None:
    page = _page(client, "/queries/lowest-satisfaction?below=90&year=")
    (field,) = page.xpath("//input[@name='below']")  # type: ignore[misc, union-attr]
    assert field.get("value") == "90"  # type: ignore[union-attr]
    assert "共 3 行，完整" in _text(page)
    downloads = page.xpath("//a[starts-with(@href, '/queries/lowest-satisfaction.')]/@href")
    assert isinstance(downloads, list)
    assert all("below=90" in str(link) for link in downloads)
    assert all(client.get(str(link)).status_code == 200 for link in downloads)


def test_a_result_that_was_cut_says_so_in_the_page(small: httpx.Client) -> None:
    assert "行数上限" in _text(_page(small, "/queries/lowest-satisfaction"))


@pytest.mark.parametrize("path", [*PAGES, "/health", "/static/style.css", "/openapi.json"])
def test_every_answer_has_the_headers_that_keep_a_browser_safe(
    client: httpx.Client, path: str
) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


SCRIPT = "<script>alert(1)</script>"
FOREIGN = f"//script[not(starts-with(@src, '/static/'))][not({DATA})] | //img | //b"


@pytest.fixture(scope="module")
def hostile(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    """A service on forms whose texts hold markup, formulas and quotes.

    Plain markup is taken out on reading; what is written with entities comes through as text.
    """
    commands = Commands(tmp_path_factory.mktemp("hostile"))
    text = SCHOOL.read_text("utf-8")
    text = text.replace("农村公路养护", f"农村公路养护{escape(SCRIPT)}")
    text = text.replace("乡镇中心小学食堂改造", f"食堂改造{SCRIPT}")
    text = text.replace("出行条件", escape('<img src=x onerror="alert(2)">出行条件'))
    text = text.replace("学生和家长满意度", '=HYPERLINK("http://example.org")满意度')
    text = text.replace("云岭县公路养护中心", escape("云岭县'\"><b onclick=x>公路养护中心"))
    (commands.folder / "f.txt").write_text(text, "utf-8")
    assert commands("ingest", "f.txt", "--store", "s").status in (0, 1)
    return serve(commands.folder / "s")


def test_markup_in_a_form_is_shown_and_never_run(hostile: httpx.Client) -> None:
    shown = ""
    listed = html.document_fromstring(hostile.get("/queries").text)
    names = [str(link) for link in listed.xpath("//main//li/a/@href")]  # type: ignore[union-attr]
    assert len(names) > 5
    goals = "/sparql?query=SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), '<')) }"
    for path in ["/", *names, goals]:
        page = _page(hostile, path)
        assert page.xpath(FOREIGN) == []
        assert page.xpath("//@onclick | //@onerror") == []
        shown += _text(page)
    assert SCRIPT in shown
    assert 'onerror="alert(2)"' in shown
    assert "<b onclick=x>" in shown


def test_what_search_engines_are_told_of_a_form_cannot_end_its_element(
    hostile: httpx.Client,
) -> None:
    text = (
        "SELECT ?x WHERE { ?x a ?kind FILTER(?kind IN (pk:TargetForm, pk:Project, pk:Indicator)) }"
    )
    accept = {"Accept": "application/sparql-results+json"}
    query = f"PREFIX pk: <https://w3id.org/perfkg/def#> {text}"
    found = hostile.get("/sparql", params={"query": query}, headers=accept).json()
    paths = [row["x"]["value"].split("/id/")[1] for row in found["results"]["bindings"]]
    told = ""
    for path in paths:
        page = _page(hostile, hostile.get(f"/id/{path}", headers=BROWSER).headers["location"])
        assert page.xpath(FOREIGN) == []
        (element,) = page.xpath(f"//script[{DATA}]/text()")  # type: ignore[union-attr, misc]
        told += json.loads(str(element))["name"]
    assert "<" in told


@pytest.mark.parametrize(
    "path",
    [
        f"/queries/lowest-satisfaction?below={SCRIPT}",
        f"/queries/{SCRIPT}",
        f"/sparql?query={SCRIPT}",
        f"/sparql?query=SELECT * {{ BIND('{SCRIPT}' AS ?x) }}",
        f"/?lang={SCRIPT}",
        "/queries/targets-in-unit?unit='\"><script>alert(1)</script>",
    ],
)
def test_what_a_visitor_types_is_shown_and_never_run(client: httpx.Client, path: str) -> None:
    page = _page(client, path)
    assert page.xpath(FOREIGN) == []


def test_a_broken_query_file_is_listed_and_the_others_still_work(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.rq").write_text("#+ title: [\nSELECT * {}", "utf-8")
    (tmp_path / "wrong.rq").write_text("#+ title: 甲\nSELECT * {", "utf-8")
    (tmp_path / "mine.rq").write_text(
        "#+ title: 我的查询\n#+ title_en: Mine\n"
        "#+ description: 计数。\n#+ description_en: Counts.\n"
        "SELECT (COUNT(*) AS ?n) { ?f a pk:Form }",
        "utf-8",
    )
    client = serve(demo_store, queries=tmp_path)
    text = _text(_page(client, "/queries"))
    for words in ("broken.rq", "wrong.rq", "我的查询", "偏低的满意度指标值"):
        assert words in text
    answer = client.get("/queries/mine.json").json()
    assert answer["results"]["bindings"][0]["n"]["value"] == "10"
    assert client.get("/queries/broken").status_code == 404
    assert client.get("/").status_code == 200


def test_the_home_page_stands_when_a_form_states_no_money(
    serve: Serve, perfkg: Commands, tmp_path: Path
) -> None:
    lines = [
        "项目支出绩效目标表（2024年度）",
        "项目名称\t农技推广\t主管部门\t云岭县农业农村局",
        "一级指标\t二级指标\t三级指标\t指标值",
        "产出指标\t数量指标\t培训场次\t≥30场",
        "效益指标\t社会效益指标\t带动农户\t≥300户",
        "满意度指标\t服务对象满意度指标\t农户满意度\t≥90%",
    ]
    (tmp_path / "f.txt").write_text("\n".join(lines), "utf-8")
    perfkg("ingest", tmp_path / "f.txt", "--store", tmp_path / "no-money").done()
    client = serve(tmp_path / "no-money")
    assert "农技推广" in _text(_page(client, "/"))
