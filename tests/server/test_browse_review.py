"""`/review`: what a file says and what the review finds, with nothing kept."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import httpx
import pytest
from helpers import DEMO, SCHOOL, Commands
from lxml import html
from openpyxl import load_workbook

from .conftest import Serve

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


def _send(
    client: httpx.Client, path: Path, headers: dict[str, str], **fields: str
) -> httpx.Response:
    files = {"file": (path.name, path.read_bytes())}
    return client.post("/review", files=files, data=fields, headers=headers, timeout=100)


def test_the_findings_are_those_of_the_command_line(client: httpx.Client, perfkg: Commands) -> None:
    answer = _send(client, DEMO, JSON)
    assert answer.status_code == 200
    assert answer.headers["perfkg-review"] == "complete; forms=10; findings=211"
    assert answer.headers["cache-control"] == "no-store"
    told = perfkg("validate", DEMO, "--format", "json", "--fail-on", "never")
    assert answer.json() == json.loads(told.data)


def test_the_page_shows_the_forms_as_they_were_read_and_holds_the_reports(
    client: httpx.Client,
) -> None:
    page = html.document_fromstring(_send(client, DEMO, HTML).text)
    text = str(page.text_content())
    assert len(page.xpath("//table[contains(@class, 'rows')]")) == 10
    assert len(page.xpath("//ul[@class='beside']/li")) >= 211
    assert "已修补" in text
    (first, *_) = page.xpath("//main//ol/li/a")
    assert first.text_content() == "房屋交易与产权档案管理"
    links = page.xpath("//a[@download]/@href")
    assert [str(link).partition(";")[0] for link in links] == [
        "data:text/html",
        "data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]


@pytest.mark.parametrize(
    ("language", "told", "other"),
    [("zh", "单元格左移", "shifted left"), ("en", "shifted left", "单元格左移")],
)
def test_repairs_are_told_in_the_language_of_the_page(
    client: httpx.Client, language: str, told: str, other: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    page = html.document_fromstring(_send(client, DEMO, headers).text)
    repairs = [str(item.text_content()) for item in page.xpath("//*[@class='repairs']//li")]
    assert any(told in repair for repair in repairs)
    assert not any(other in repair for repair in repairs)


def test_the_report_is_given_as_html_and_as_xlsx(client: httpx.Client) -> None:
    report = _send(client, SCHOOL, HTML, format="html")
    assert "attachment" in report.headers["content-disposition"]
    assert "绩效目标审核报告" in report.text
    book = load_workbook(io.BytesIO(_send(client, SCHOOL, HTML, format="xlsx").content))
    assert len(book.sheetnames) == 3


def test_nothing_is_kept(client: httpx.Client) -> None:
    before = client.get("/health").json()
    assert _send(client, SCHOOL, JSON).status_code == 200
    assert client.get("/health").json() == before


def test_a_program_may_send_the_bare_file(client: httpx.Client) -> None:
    answer = client.post("/review?name=f.txt", content=SCHOOL.read_bytes(), timeout=100)
    assert answer.status_code == 200
    assert {finding["document"] for finding in answer.json()} == {"f.txt"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", os.urandom(3000)),
        ("a.docx", b"PK\x03\x04" + bytes(200)),
        ("a.txt", "今天天气很好。".encode()),
        ("a.html", b"<script>alert(1)</script>"),
    ],
)
def test_a_file_without_a_form_is_explained(client: httpx.Client, name: str, data: bytes) -> None:
    files = {"file": (name, data)}
    answer = client.post("/review", files=files, headers=JSON, timeout=100)
    assert answer.status_code == 422
    assert answer.json()["detail_zh"]
    page = client.post("/review", files=files, headers=HTML, timeout=100)
    assert page.status_code == 200
    assert "没有认出" in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nno head"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n--y--"),
        ('multipart/form-data; boundary="\\"\r\n"', b"--x--"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("text/plain", b""),
    ],
)
def test_a_malformed_upload_is_refused(
    client: httpx.Client, content_type: str, body: bytes
) -> None:
    headers = {**JSON, "Content-Type": content_type.replace("\r\n", "")}
    answer = client.post("/review", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_file_is_told_as_empty_and_no_file_as_none(client: httpx.Client) -> None:
    empty = client.post("/review", files={"file": ("空白.docx", b"")}, headers=JSON)
    assert (empty.status_code, "文件是空的" in empty.json()["detail_zh"]) == (422, True)
    form = {"Content-Type": "multipart/form-data; boundary=x", **JSON}
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    none = client.post("/review", content=part, headers=form)
    assert (none.status_code, "没有收到文件" in none.json()["detail_zh"]) == (400, True)


def test_a_file_above_the_limit_is_refused(serve: Serve, demo_store: Path) -> None:
    client = serve(demo_store, max_file_size=0.01)
    answer = client.post("/review?name=f.txt", content=bytes(200_000), headers=JSON)
    assert answer.status_code == 413
    assert "0.01 MB" in answer.json()["detail_en"]


def test_a_file_that_takes_too_long_is_given_up_and_the_service_goes_on(
    serve: Serve, demo_store: Path
) -> None:
    client = serve(demo_store, read_timeout=0.01)
    answer = client.post("/review?name=f.txt", content=DEMO.read_bytes(), headers=JSON, timeout=100)
    assert answer.status_code == 422
    assert "0.01" in answer.json()["detail_en"]
    assert client.get("/health").status_code == 200


def test_an_unknown_format_is_refused(client: httpx.Client) -> None:
    assert _send(client, SCHOOL, {"Accept": "image/png"}).status_code == 406
