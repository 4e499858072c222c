"""`/sparql`: the SPARQL 1.1 Protocol, its errors, and its limits."""

from __future__ import annotations

import csv
import io
import json
import time
import xml.etree.ElementTree as ET
from urllib.parse import quote_from_bytes

import httpx
import pyoxigraph as ox
import pytest

PK = "PREFIX pk: <https://w3id.org/perfkg/def#> "
PROJECTS = PK + "SELECT ?p WHERE { ?p a pk:Project }"
ASK = PK + "ASK { ?p a pk:Project }"
CONSTRUCT = PK + "CONSTRUCT { ?p a pk:Project } WHERE { ?p a pk:Project }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = "application/sparql-results+json"
QUERY = {"Content-Type": "application/sparql-query"}


def _problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = answer.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def test_get_a_posted_form_and_a_posted_query_answer_alike(service: str) -> None:
    with httpx.Client(base_url=service) as client:
        answers = [
            client.get("/sparql", params={"query": PROJECTS}),
            client.post("/sparql", data={"query": PROJECTS}),
            client.post("/sparql", content=PROJECTS.encode(), headers=QUERY),
        ]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].content == answers[1].content == answers[2].content
    assert answers[0].headers["content-type"] == JSON
    assert len(answers[0].json()["results"]["bindings"]) == 10


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (PROJECTS, "*/*", JSON),
        (PROJECTS, "application/json", "application/json"),
        (PROJECTS, "application/sparql-results+xml", "application/sparql-results+xml"),
        (PROJECTS, "application/xml", "application/sparql-results+xml"),
        (PROJECTS, "text/csv", "text/csv; charset=utf-8"),
        (PROJECTS, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (PROJECTS, "text/html", "text/html; charset=utf-8"),
        (PROJECTS, "text/csv;q=0.5, application/sparql-results+xml;q=0.9",
         "application/sparql-results+xml"),
        (PROJECTS, "text/csv;q=0.9, application/sparql-results+xml;q=0.5",
         "text/csv; charset=utf-8"),
        (PROJECTS, "text/turtle, */*;q=0.1", JSON),
        (PROJECTS, "application/sparql-results+json;q=0, text/csv", "text/csv; charset=utf-8"),
        (ASK, "*/*", JSON),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/rdf+xml;q=0.2, text/turtle;q=0.1", "application/rdf+xml"),
    ],
)  # fmt: skip
def test_the_client_gets_the_media_type_that_it_likes_best(
    client: httpx.Client, query: str, accept: str, media_type: str
) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    found = answer.headers["content-type"]
    assert found == media_type or (found, media_type) == (JSON, "application/json")
    assert "Accept" in answer.headers["vary"]


def test_every_format_holds_the_ten_projects(client: httpx.Client) -> None:
    def body(query: str, accept: str) -> bytes:
        return client.get("/sparql", params={"query": query}, headers={"Accept": accept}).content

    iris = {row["p"]["value"] for row in json.loads(body(PROJECTS, JSON))["results"]["bindings"]}
    assert len(iris) == 10
    rows = list(csv.reader(io.StringIO(body(PROJECTS, "text/csv").decode(), newline="")))
    assert rows[0] == ["p"]
    assert {row[0] for row in rows[1:]} == iris
    lines = body(PROJECTS, "text/tab-separated-values").decode().splitlines()
    assert lines[0] == "?p"
    assert {line.strip("<>") for line in lines[1:]} == iris
    tag = "{http://www.w3.org/2005/sparql-results#}"
    root = ET.fromstring(body(PROJECTS, "application/sparql-results+xml"))  # noqa: S314
    assert {uri.text for uri in root.iter(f"{tag}uri")} == iris
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json",
                       "application/rdf+xml"):  # fmt: skip
        fmt = ox.RdfFormat.from_media_type(media_type)
        quads = ox.parse(io.BytesIO(body(CONSTRUCT, media_type)), fmt)
        assert {quad.subject.value for quad in quads} == iris  # type: ignore[union-attr]


def test_csv_of_the_protocol_has_no_byte_order_mark(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": PROJECTS}, headers={"Accept": "text/csv"})
    assert answer.content.startswith(b"p\r\n")


def test_without_a_query_a_program_gets_the_service_description(service: str) -> None:
    answer = httpx.get(f"{service}/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    graph = {quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.TURTLE)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    endpoint = ox.NamedNode(f"{service}/sparql")
    assert ox.Triple(endpoint, ox.NamedNode(f"{sd}endpoint"), endpoint) in graph


def test_a_head_request_is_answered_without_a_body(service: str) -> None:
    for path in ("/", "/health", "/queries", "/sparql", "/static/style.css"):
        answer = httpx.head(service + path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "text/csv;q=0"])
def test_a_media_type_that_cannot_be_is_406_and_names_what_there_is(
    client: httpx.Client, accept: str
) -> None:
    answer = client.get("/sparql", params={"query": PROJECTS}, headers={"Accept": accept})
    assert "application/sparql-results+json" in str(_problem(answer, 406)["detail"])


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "multipart/form-data", ""]
)
def test_another_content_type_is_415(client: httpx.Client, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    _problem(client.post("/sparql", content=PROJECTS.encode(), headers=headers), 415)


@pytest.mark.parametrize("media_type", ["application/sparql-query", "application/sparql-update",
                                        "application/x-www-form-urlencoded"])  # fmt: skip
def test_a_request_of_more_than_a_megabyte_is_413(client: httpx.Client, media_type: str) -> None:
    body = b"query=" + b"#" * 1_000_000
    headers = {"Content-Type": media_type}
    _problem(client.post("/sparql", content=body, headers=headers), 413)


def test_a_chunked_request_of_more_than_a_megabyte_is_413(service: str) -> None:
    chunks = (b"#" * 100_000 for _ in range(12))
    _problem(httpx.post(f"{service}/sparql", content=chunks, headers=QUERY), 413)


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_the_data_set_of_an_update_does_not_go_with_a_query(
    client: httpx.Client, name: str
) -> None:
    parameters = {"query": PROJECTS, name: "http://example.org/"}
    assert name in str(_problem(client.get("/sparql", params=parameters), 400)["detail"])
    assert name in str(_problem(client.post("/sparql", data=parameters), 400)["detail"])


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_that_is_no_absolute_iri_is_400(client: httpx.Client, name: str) -> None:
    parameters = {"query": PROJECTS, name: "over there"}
    assert name in str(_problem(client.get("/sparql", params=parameters), 400)["detail"])


@pytest.mark.parametrize("query", ["FROM <http://127.0.0.1:9/>", "FROM <file:///etc/passwd>"])
def test_a_graph_that_the_store_lacks_is_empty_and_nothing_is_fetched(
    client: httpx.Client, query: str
) -> None:
    answer = client.get("/sparql", params={"query": f"SELECT * {query} {{ ?s ?p ?o }}"})
    assert answer.json()["results"]["bindings"] == []
    far = {"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": "http://127.0.0.1:9/"}
    assert client.get("/sparql", params=far).json()["results"]["bindings"] == []


def test_two_queries_in_one_request_are_400(client: httpx.Client) -> None:
    twice = f"query={PROJECTS}&query={ASK}"
    _problem(client.get(f"/sparql?{twice}"), 400)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    _problem(client.post("/sparql", content=twice.encode(), headers=headers), 400)
    address = f"/sparql?query={ASK}"
    _problem(client.post(address, content=PROJECTS.encode(), headers=QUERY), 400)


def test_a_post_without_a_query_is_400(client: httpx.Client) -> None:
    _problem(client.post("/sparql", data={"x": "1"}), 400)


@pytest.mark.parametrize("query", ["", "   ", "# nothing"])
def test_an_empty_query_is_400(client: httpx.Client, query: str) -> None:
    document = _problem(client.get("/sparql", params={"query": query}), 400)
    assert "line" in document


@pytest.mark.parametrize("body", [b"\xff\xfe\x00junk", "查询".encode("gb18030"), b"\x80" * 50])
def test_bytes_that_are_no_utf8_are_400(client: httpx.Client, body: bytes) -> None:
    assert "UTF-8" in str(
        _problem(client.post("/sparql", content=body, headers=QUERY), 400)["detail"]
    )
    escaped = f"query={quote_from_bytes(body)}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    _problem(client.post("/sparql", content=escaped.encode(), headers=headers), 400)
    _problem(client.get(f"/sparql?{escaped}"), 400)


@pytest.mark.parametrize("query", ["\x00", "SELECT \x00 * {}", "\ufeff", "💥" * 100, "(" * 20_000])
def test_junk_is_400_and_the_service_goes_on(client: httpx.Client, query: str) -> None:
    _problem(client.post("/sparql", content=query.encode(), headers=QUERY), 400)
    assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
        "DROP ALL",
    ],
)
def test_a_query_that_would_fetch_or_write_is_refused(client: httpx.Client, query: str) -> None:
    _problem(client.get("/sparql", params={"query": query}), 400)


def test_a_syntax_error_names_its_line_and_column(client: httpx.Client) -> None:
    query = "SELECT *\nWHERE {\n  ?s ?p ??o }"
    document = _problem(client.post("/sparql", content=query.encode(), headers=QUERY), 400)
    assert document["line"] == 3
    assert isinstance(document["column"], int)
    assert document["column"] > 1
    assert document["detail_zh"] != document["detail_en"]


def test_a_browser_gets_a_page_about_its_mistake(client: httpx.Client) -> None:
    headers = {"Accept": "text/html"}
    answer = client.get("/sparql", params={"query": "SELECT *\nWHERE {"}, headers=headers)
    assert answer.status_code == 400
    assert "line 2" in answer.text


def test_another_method_is_405(client: httpx.Client) -> None:
    answer = client.delete("/sparql")
    _problem(answer, 405)
    assert "allow" in answer.headers


def test_a_query_at_the_time_limit_is_504_and_the_next_one_works(small: httpx.Client) -> None:
    started = time.monotonic()
    document = _problem(small.get("/sparql", params={"query": SLOW}), 504)
    assert time.monotonic() - started < 4
    assert "1 s" in str(document["detail_en"])
    assert small.get("/sparql", params={"query": ASK}).json()["boolean"] is True


def test_a_result_says_whether_it_is_whole(client: httpx.Client, small: httpx.Client) -> None:
    whole = client.get("/sparql", params={"query": PROJECTS})
    assert whole.headers["perfkg-result"] == "complete; rows=10"
    for accept in (JSON, "text/csv", "text/html"):
        cut = small.get("/sparql", params={"query": PROJECTS}, headers={"Accept": accept})
        assert cut.headers["perfkg-result"] == "truncated; rows=5; limit=5"
    cut = small.get("/sparql", params={"query": CONSTRUCT})
    assert cut.headers["perfkg-result"] == "truncated; rows=5; limit=5"
    exact = small.get("/sparql", params={"query": PROJECTS + " LIMIT 5"})
    assert exact.headers["perfkg-result"] == "complete; rows=5"


UPDATE = {"update": "DELETE WHERE { ?s ?p ?o }"}


def test_an_update_without_a_token_set_is_403(client: httpx.Client) -> None:
    _problem(client.post("/sparql", data=UPDATE), 403)
    headers = {"Content-Type": "application/sparql-update", "Authorization": "Bearer x"}
    _problem(client.post("/sparql", content=b"DROP ALL", headers=headers), 403)


@pytest.mark.parametrize("given", [None, "Basic czNjcmV0", "Bearer", "s3cret"])
def test_an_update_without_the_token_is_401(small: httpx.Client, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = small.post("/sparql", data=UPDATE, headers=headers)
    _problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["wrong", "s3cre", "s3cret2", "S3CRET"])
def test_an_update_with_a_wrong_token_is_403(small: httpx.Client, given: str) -> None:
    headers = {"Authorization": f"Bearer {given}"}
    _problem(small.post("/sparql", data=UPDATE, headers=headers), 403)
