"""`/queries/{name}`: the saved queries as data, and what is said to a wrong question."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from helpers import SCHOOL, Commands
from lxml import html
from openpyxl import load_workbook

from perfkg.resources import queries_folder

from .conftest import Serve

LOWEST = "/queries/lowest-satisfaction"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.2, application/json;q=0.4", "application/sparql-results+json"),
    ],
)
def test_the_format_follows_accept(client: httpx.Client, accept: str, media_type: str) -> None:
    answer = client.get(LOWEST, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("xlsx", XLSX),
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("html", "text/html; charset=utf-8"),
    ],
)
def test_an_extension_wins_over_accept(
    client: httpx.Client, extension: str, media_type: str
) -> None:
    answer = client.get(f"{LOWEST}.{extension}?below=95", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["perfkg-result"] == "complete; rows=7"
    disposition = answer.headers.get("content-disposition", "")
    assert (f'filename="lowest-satisfaction.{extension}"' in disposition) == (
        extension in ("csv", "xlsx")
    )


def test_csv_opens_as_chinese_in_a_spreadsheet(client: httpx.Client) -> None:
    answer = client.get(f"{LOWEST}.csv?below=95")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["value"] for row in rows] == ["85"] * 3 + ["90"] * 4
    assert "房地产开发商满意度" in {row["indicatorLabel"] for row in rows}


def test_a_workbook_has_a_cover_and_typed_cells(client: httpx.Client) -> None:
    answer = client.get("/queries/budget-by-department.xlsx")
    cover, sheet = load_workbook(io.BytesIO(answer.content)).worksheets
    said = {row[0]: row[1] for row in cover.iter_rows(values_only=True)}
    assert said["完整性"] == "完整"
    assert said["数据版本"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert any(cell == 15_546_830 for row in rows for cell in row)
    assert any("上海市房地产交易中心" in str(cell) for row in rows for cell in row)


def test_a_cut_workbook_says_so_on_its_cover(small: httpx.Client) -> None:
    answer = small.get(f"{LOWEST}.xlsx")
    assert answer.headers["perfkg-result"] == "truncated; rows=5; limit=5"
    cover = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert any("截断" in str(row[1]) for row in cover.iter_rows(values_only=True))


def test_the_workbook_speaks_the_language_asked_for(client: httpx.Client) -> None:
    answer = client.get(f"{LOWEST}.xlsx", headers={"Accept-Language": "en"})
    cover, sheet = load_workbook(io.BytesIO(answer.content)).worksheets
    assert cover.cell(1, 2).value == "Lowest satisfaction targets"
    assert sheet.cell(1, 1).value == "Value"


def test_a_text_that_looks_like_a_formula_is_a_text(serve: Serve, tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://example.org","满意度")'
    text = SCHOOL.read_text("utf-8").replace("学生和家长满意度", formula)
    (tmp_path / "f.txt").write_text(text, "utf-8")
    Commands(tmp_path)("ingest", "f.txt", "--store", "s").done()
    client = serve(tmp_path / "s")
    book = load_workbook(io.BytesIO(client.get(f"{LOWEST}.xlsx").content))
    cells = [cell for row in book.worksheets[1].iter_rows() for cell in row]
    (found,) = [cell for cell in cells if cell.value == formula]
    assert found.data_type == "s"
    rows = csv.DictReader(
        io.StringIO(client.get(f"{LOWEST}.csv").content.decode("utf-8-sig"), newline="")
    )
    assert f"'{formula}" in {row["indicatorLabel"] for row in rows}


def test_an_empty_parameter_counts_as_none(client: httpx.Client) -> None:
    plain = client.get(f"{LOWEST}.csv").content
    assert client.get(f"{LOWEST}.csv?below=&year=").content == plain


def test_a_thing_can_be_named_in_words(client: httpx.Client) -> None:
    by_name = client.get("/queries/project-indicators.csv", params={"project": "测绘成果管理"})
    assert by_name.status_code == 200
    assert "完成一次安全生产培训" in by_name.content.decode("utf-8-sig")


def _problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    return str(document["detail"])


def test_a_page_shows_the_query_that_was_asked_without_its_head(client: httpx.Client) -> None:
    page = html.fromstring(client.get(f"{LOWEST}?below=91.5").text)
    (text,) = page.xpath("//details/pre")
    assert str(text.text_content()).startswith("PREFIX")
    assert '"91.5"' in text.text_content()
    (link,) = page.xpath("//details//a/@href")
    sent = parse_qs(urlsplit(str(link)).query)["query"]
    assert sent == [str(text.text_content())]


NOWHERE = "https://w3id.org/perfkg/id/organization/00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/queries/lowest-satisfactoin", 404, "lowest-satisfaction"),
        ("/queries/lowest-satisfactoin.csv", 404, "lowest-satisfaction"),
        (f"{LOWEST}.pdf", 404, "xlsx"),
        ("/queries/..%2f..%2fREADME", 404, ""),
        (f"{LOWEST}?threshold=95", 400, "below"),
        (f"{LOWEST}?below=low", 400, "low"),
        (f"{LOWEST}?below=1&below=2", 400, "below"),
        (f"{LOWEST}?year=24", 400, "year"),
        (f"{LOWEST}.ttl", 400, "csv"),
        ("/queries/project-indicators.json?project=测绘", 400, "测绘成果管理"),
        (f"{LOWEST}?organization={NOWHERE}", 400, NOWHERE),
    ],
)
def test_a_wrong_question_is_told_what_there_is(
    client: httpx.Client, path: str, status: int, says: str
) -> None:
    headers = {"Accept": "application/json"}
    assert says in _problem(client.get(path, headers=headers), status)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"below": "about ninety"}, "应为数"),
        ({"below": '"> { } DROP'}, "应为数"),
        ({"year": "24"}, "四位年份"),
        ({"below": "90", "organization": "没有这个单位"}, "没有名称为“没有这个单位”的对象"),
        ({"below": "90", "organization": NOWHERE}, "图谱中没有"),
        ({"below": "90", "threshold": "95"}, "没有参数 threshold"),
    ],
)
def test_a_wrong_value_is_told_above_the_form_which_keeps_what_was_typed(
    client: httpx.Client, given: dict[str, str], says: str
) -> None:
    got = client.get(LOWEST, params=given, headers={"Accept": "text/html"})
    assert got.status_code == 400
    page = html.fromstring(got.text)
    (alert,) = page.xpath("//main//*[@role='alert']")
    assert says in alert.text_content()
    assert page.xpath("//main//table") == []
    (form,) = page.xpath("//main//form")
    known = {name: value for name, value in given.items() if name != "threshold"}
    assert known.items() <= dict(form.fields).items()


def test_a_media_type_that_cannot_be_is_406(client: httpx.Client) -> None:
    assert "text/csv" in _problem(client.get(LOWEST, headers={"Accept": "image/png"}), 406)


INJECTIONS = (
    "100) } #",
    "100 } UNION { ?s ?p ?o",
    '"} SELECT * { ?s ?p ?o } #',
    "100\u0000",
    "1e9",
    "NaN",
    "١٠٠",
    "<http://example.org/> . } INSERT DATA { <a:a> <a:a> <a:a> }",
    "'; DROP ALL; --",
    "\\u007D",
    "x" * 5_000,
)


@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("lowest-satisfaction", "below"),
        ("lowest-satisfaction", "year"),
        ("project-indicators", "project"),
        ("targets-in-unit", "unit"),
    ],
)
def test_a_value_is_never_read_as_part_of_a_query(
    client: httpx.Client, query: str, name: str, value: str
) -> None:
    answer = client.get(f"/queries/{query}.json", params={name: value})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["results"]["bindings"] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in queries_folder().glob("*.rq")))
def test_every_saved_query_answers_as_page_and_as_workbook(client: httpx.Client, name: str) -> None:
    for extension in ("html", "xlsx"):
        assert client.get(f"/queries/{name}.{extension}").status_code == 200
