"""Bytes as they should not come, over a real socket: a 4xx with a reason, never a 500."""

from __future__ import annotations

import gzip
import json
import random
import socket
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from .conftest import Serve

QUERY = "SELECT * { ?s ?p ?o } LIMIT 1"
ASK = f"/sparql?query={quote('ASK { ?s ?p ?o }')}"
TOKEN = {"Authorization": "Bearer s3cret"}
SLOW = 1.0
LAST = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def service(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    folder = tmp_path_factory.mktemp("bad-input") / "store"
    return serve(folder, token="s3cret", body_timeout=SLOW, max_upload=0.01)  # noqa: S106


@pytest.fixture
def client(service: httpx.Client) -> httpx.Client:
    """The service, which must be well before and after each test."""
    yield service
    assert service.get(ASK).status_code == 200


def _exchange(client: httpx.Client, data: bytes, *, end: bool = False) -> tuple[int, bytes]:
    """Send bytes as they are and return the status and the body of what comes back."""
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address, timeout=5) as connection:
        try:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has answered and closed already
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except OSError:  # reset, or nothing more comes
            pass
    if not answer:
        return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def _post(media_type: str, body: bytes, *lines: str, path: str = "/sparql") -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Type: {media_type}",
            f"Content-Length: {len(body)}", *lines]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def _problem(answer: tuple[int, bytes], status: int) -> dict[str, object]:
    assert answer[0] == status, answer
    document: dict[str, object] = json.loads(answer[1])
    assert document["status"] == status
    assert document["detail_zh"]
    assert document["detail_en"]
    return document


SPARQL = "application/sparql-query"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "gb18030"])
def test_a_query_in_another_encoding_is_400(client: httpx.Client, encoding: str) -> None:
    body = f"{QUERY} # 绩效".encode(encoding)
    assert "detail" in _problem(_exchange(client, _post(SPARQL, body)), 400)


@pytest.mark.parametrize("charset", ["utf-16", "gb2312", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("media_type", [SPARQL, "application/x-www-form-urlencoded"])
def test_a_charset_that_is_not_utf8_is_415(
    client: httpx.Client, media_type: str, charset: str
) -> None:
    sent = _post(f"{media_type}; charset={charset}", b"query=ASK%7B%7D")
    assert charset in str(_problem(_exchange(client, sent), 415)["detail_en"])


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/sparql", SPARQL),
        ("/graph-store?graph=urn:g", "text/turtle"),
        ("/review", "application/octet-stream"),
    ],
)
def test_a_compressed_body_is_415_and_not_called_a_wrong_encoding(
    client: httpx.Client, path: str, media_type: str
) -> None:
    lines = ("Content-Encoding: gzip", "Authorization: Bearer s3cret")
    sent = _post(media_type, gzip.compress(QUERY.encode()), *lines, path=path)
    assert "gzip" in str(_problem(_exchange(client, sent), 415)["detail_en"])
    plain = _post(SPARQL, QUERY.encode(), "Content-Encoding: identity")
    assert _exchange(client, plain)[0] == 200


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_a_charset_that_is_utf8_is_right(client: httpx.Client, charset: str) -> None:
    sent = _post(f"{SPARQL}; charset={charset}", QUERY.encode())
    assert _exchange(client, sent)[0] == 200


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/sparql-queries", "nonsense", "a/b/c", "; charset=utf-8",
     "multipart/form-data", "application/json", "*/*"],
)  # fmt: skip
def test_a_wrong_media_type_is_415_and_told_the_right_ones(
    client: httpx.Client, media_type: str
) -> None:
    document = _problem(_exchange(client, _post(media_type, QUERY.encode())), 415)
    assert "application/sparql-query" in str(document["detail_en"])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "exactly one"),
        ("/sparql?query=ASK%7B%7D&update=CLEAR%20ALL", "exactly one"),
        ("/sparql?query=ASK%7B%7D&format=csv&format=json", "more than once"),
        ("/graph-store?default&default", "one graph"),
        ("/graph-store?default&graph=http://e/g", "one graph"),
        ("/graph-store?graph=http://e/g&graph=http://e/h", "one graph"),
        ("/graph-store?graph=", "absolute IRI"),
        ("/graph-store", "name a graph"),
        ("/queries/projects?year=2024&year=2023", "twice"),
        ("/sparql?query=", "no query"),
        ("/sparql?query=%20%0A", "no query"),
        ("/sparql?update=CLEAR%20ALL", "POST"),
        ("/sparql?query=DROP%20ALL", "writing in a query"),
        ("/sparql?query=%ff%fe", "UTF-8"),
        ("/sparql?" + "&".join(["a=b"] * 3_000) + "&query=ASK%7B%7D", ""),
    ],
)
def test_parameters_that_cannot_be_are_400(client: httpx.Client, address: str, says: str) -> None:
    sent = f"GET {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    status, body = _exchange(client, sent)
    if says:
        assert says in str(_problem((status, body), 400)["detail_en"])
    else:
        assert status in (200, 400)


def test_a_body_that_stops_half_way_is_given_up(client: httpx.Client) -> None:
    sent = _post(SPARQL, QUERY.encode()).replace(b"Content-Length: 29", b"Content-Length: 290")
    status, _ = _exchange(client, sent, end=True)
    assert status in (0, 400, 408)


def test_a_body_that_never_comes_is_408(client: httpx.Client) -> None:
    sent = _post(SPARQL, b"").replace(b"Content-Length: 0", b"Content-Length: 29")
    started = time.monotonic()
    document = _problem(_exchange(client, sent, end=False), 408)
    assert "1 s" in str(document["detail_en"])
    assert time.monotonic() - started < 20


def test_a_body_that_drips_is_408(client: httpx.Client) -> None:
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(_post(SPARQL, b"").replace(b"Length: 0", b"Length: 1000"))
        connection.settimeout(0.1)
        answer = b""
        for _ in range(200):
            try:
                connection.sendall(b"#")
                answer += connection.recv(65_536)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_graph_that_is_too_large_is_413_before_it_is_sent(client: httpx.Client) -> None:
    head = _post("text/turtle", b"", "Authorization: Bearer s3cret",
                 path="/graph-store?default")  # fmt: skip
    sent = head.replace(b"Content-Length: 0", b"Content-Length: 10001")
    document = _problem(_exchange(client, sent, end=False), 413)
    assert "10000" in str(document["detail_en"])


def test_an_address_that_is_too_long_is_told_to_use_post(client: httpx.Client) -> None:
    sent = f"GET /sparql?query=ASK%7B%7D%23{'x' * 40_000}".encode() + LAST
    assert "POST" in str(_problem(_exchange(client, sent), 414)["detail_en"])


@pytest.mark.parametrize("size", [100_000, 2_000_000])
def test_huge_headers_are_refused(client: httpx.Client, size: int) -> None:
    sent = f"GET {ASK} HTTP/1.1\r\nX-Much: {'x' * size}".encode() + LAST[9:]
    status, body = _exchange(client, sent)
    assert status in (0, 400, 431), body  # closed while it still came in, or told


def test_ten_thousand_headers_are_no_harm(client: httpx.Client) -> None:
    lines = "".join(f"X-{number}: y\r\n" for number in range(10_000))
    sent = f"GET {ASK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode()
    assert _exchange(client, sent)[0] in (0, 200, 400, 431)


@pytest.mark.parametrize("seed", range(8))
def test_binary_junk_is_4xx(client: httpx.Client, seed: int) -> None:
    junk = random.Random(seed).randbytes(3_000)  # noqa: S311
    for sent in (
        junk,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + junk,  # a greeting in TLS
        _post(SPARQL, junk),
        _post("application/x-www-form-urlencoded", b"query=" + junk),
        _post("application/sparql-update", junk, "Authorization: Bearer s3cret"),
        b"GET /sparql?query=" + quote(junk).encode() + LAST,
        b"GET /" + quote(junk[:200]).encode() + LAST,
    ):
        end = b"Host: x" not in sent  # nothing more comes, as far as anybody can tell
        assert 400 <= (_exchange(client, sent, end=end)[0] or 400) < 500


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml",
                   "application/ld+json", "multipart/form-data; boundary=x", "multipart/form-data"]
)  # fmt: skip
def test_a_graph_of_junk_is_400_and_changes_nothing(
    client: httpx.Client, media_type: str, seed: int
) -> None:
    before = client.get("/health").json()
    junk = random.Random(seed).randbytes(500)  # noqa: S311
    part = b"--x\r\nContent-Type: text/turtle\r\n\r\n" + junk + b"\r\n--x--\r\n"
    body = part if "boundary" in media_type else junk
    sent = _post(media_type, body, "Authorization: Bearer s3cret", path="/graph-store?default")
    _problem(_exchange(client, sent), 400)
    assert client.get("/health").json() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "\xff\xfe"), ("Accept", ";;;"), ("Accept", "text/"), ("Accept", "a" * 5_000),
        ("Accept", "text/html;q=nan"), ("Accept", "*/*;q=1e999"), ("Accept", "text/csv;q=-1"),
        ("Accept-Language", "\xff;q=x,,;"), ("Accept-Encoding", "gzip;q=nan, ,;;"),
        ("If-None-Match", '"\xff'), ("If-None-Match", ",,,"), ("Authorization", "\xff"),
        ("Authorization", "Bearer \xe9"), ("X-Request-ID", "\xff\x01"), ("Range", "bytes=9-1"),
        ("Origin", "null"), ("Access-Control-Request-Method", "\xff"), ("Content-Length", "-1"),
        ("Content-Length", "abc"), ("Transfer-Encoding", "nonsense"), ("Host", "a b"),
        ("Host", ""), ("Cookie", "\xff=\xff"), ("Expect", "nonsense"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", ASK, "/graph-store?default", "/static/style.css"])
def test_a_header_of_nonsense_is_never_a_500(
    client: httpx.Client, path: str, name: str, value: str
) -> None:
    lines = f"GET {path} HTTP/1.1\r\n{name}: {value}\r\nConnection: close\r\n"
    if name != "Host":
        lines += "Host: x\r\n"
    status, body = _exchange(client, f"{lines}\r\n".encode("latin-1"))
    assert 200 <= status < 500, body


@pytest.mark.parametrize("name", ["Authorization"])
@pytest.mark.parametrize("value", ["Bearer \xe9\xff", "Bearer ", "Bearer s3cret s3cret", "bearer"])
def test_a_token_of_nonsense_is_refused(client: httpx.Client, name: str, value: str) -> None:
    sent = _post("application/sparql-update", b"CLEAR ALL").decode("latin-1")
    sent = sent.replace("Host: x", f"Host: x\r\n{name}: {value}")
    assert _exchange(client, sent.encode("latin-1"))[0] in (400, 401, 403)


def test_a_service_that_is_not_allowed_is_not_asked(serve: Serve, demo_store: Path) -> None:
    near = str(serve(demo_store).base_url) + "/sparql"
    asked = f"SELECT ?n {{ SERVICE <{near}> {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} }}"
    closed, open_ = serve(demo_store), serve(demo_store, services=(near,))
    refused = closed.get("/sparql", params={"query": asked})
    assert refused.status_code == 400
    assert "PERFKG_SERVICES" in refused.json()["hint_en"]

    answer = open_.get("/sparql", params={"query": asked})
    assert answer.status_code == 200, answer.text
    assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 2_000
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    description = open_.get("/sparql").text
    assert "BasicFederatedQuery" in description
    assert "BasicFederatedQuery" not in closed.get("/sparql").text

    for other in (
        asked.replace(near, near + "x"),
        asked.replace(near, near.replace("127.0.0.1", "localhost")),
        f"SELECT * {{ BIND(<{near}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        f"PREFIX n: <{near}> SELECT * {{ SERVICE n: {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <{near}> {{ ?s ?p ?o }} SERVICE <http://e/> {{ ?s ?p ?o }} }}",
        "SELECT * { SERVICE SILENT <http://e/> { ?s ?p ?o } }",
    ):
        assert open_.get("/sparql", params={"query": other}).status_code == 400, other
    assert answer.status_code == 200


def test_an_allowed_service_in_an_update_is_still_refused(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    near = str(serve(demo_store).base_url) + "/sparql"
    writable = serve(tmp_path / "s", token="s3cret", services=(near,))  # noqa: S106
    text = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{near}> {{ ?s ?p ?o }} }}"
    assert writable.post("/sparql", data={"update": text}, headers=TOKEN).status_code == 400


@pytest.mark.parametrize(
    "text", ["CREATE GRAPH <http://e/g>", "DROP ALL", "DROP GRAPH <http://e/g>",
             "LOAD <http://127.0.0.1:9/>", "LOAD SILENT <file:///etc/passwd>"]
)  # fmt: skip
def test_nothing_is_made_dropped_or_loaded_without_the_token(
    client: httpx.Client, text: str
) -> None:
    assert client.post("/sparql", data={"update": text}).status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert client.post("/sparql", data={"update": text}, headers=wrong).status_code == 403
    if text.startswith("LOAD"):
        loaded = client.post("/sparql", data={"update": text}, headers=TOKEN)
        assert loaded.status_code == 400
        assert "loading" in loaded.json()["detail_en"]
