"""Writing over HTTP: updates and the graph store, with the token and never without."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from perfkg.errors import ShapesError
from perfkg.namespaces import DEFAULT_BASE

from .conftest import Serve

TOKEN = {"Authorization": "Bearer s3cret"}
TURTLE = {"Content-Type": "text/turtle"}
ADD = "INSERT DATA { <http://e/s> <http://e/p> %d }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://e/p> ?o }"


@pytest.fixture(scope="module")
def service(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    return serve(tmp_path_factory.mktemp("writing") / "store", token="s3cret")  # noqa: S106


@pytest.fixture
def client(service: httpx.Client) -> httpx.Client:
    _update(service, "DROP NAMED ; DELETE WHERE { ?s <http://e/p> ?o }")
    return service


def _update(client: httpx.Client, text: str, status: int = 204) -> httpx.Response:
    headers = {"Content-Type": "application/sparql-update", **TOKEN}
    answer = client.post("/sparql", content=text.encode(), headers=headers)
    assert answer.status_code == status, answer.text
    return answer


def _count(client: httpx.Client) -> int:
    found = client.get("/sparql", params={"query": COUNT}).json()
    return int(found["results"]["bindings"][0]["n"]["value"])


def test_an_update_is_one_new_generation(client: httpx.Client) -> None:
    before = client.get("/health").json()["dataset_version"]
    _update(client, f"{ADD % 1} ; {ADD % 2}")
    assert _count(client) == 2
    assert client.get("/health").json()["dataset_version"] == before + 1


def test_an_update_may_come_as_a_form(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"update": ADD % 1}, headers=TOKEN)
    assert answer.status_code == 204
    assert _count(client) == 1


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (ADD % 1 + " ; INSERT DATA { broken", 400),
        (ADD % 1 + " ; CREATE GRAPH <http://e/g> ; CREATE GRAPH <http://e/g>", 503),
        (ADD % 1 + " ; LOAD <http://127.0.0.1:9/>", 400),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400),
        ("SELECT * { ?s ?p ?o }", 400),
    ],
)
def test_an_update_that_fails_leaves_nothing(client: httpx.Client, text: str, status: int) -> None:
    before = client.get("/health").json()
    problem = _update(client, text, status).json()
    assert problem["detail_zh"] != problem["detail_en"]
    assert _count(client) == 0
    assert client.get("/health").json() == before


def test_updates_at_the_same_time_wait_for_one_another(client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: _update(client, ADD % number), range(16)))
    assert _count(client) == 16


def test_the_vocabulary_survives_an_update_that_deletes_everything(client: httpx.Client) -> None:
    triples = client.get("/health").json()["triples"]
    _update(client, "DELETE WHERE { ?s ?p ?o }")
    assert client.get("/health").json()["triples"] == triples


WRITES = ("put", "post", "delete")


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(("token", "status"), [(None, 401), ("Bearer wrong", 403)])
def test_a_graph_is_not_written_without_the_token(
    client: httpx.Client, method: str, token: str | None, status: int
) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = client.request(method, "/graph-store?graph=http://e/g", headers=headers)
    assert answer.status_code == status
    assert client.get("/graph-store?graph=http://e/g").status_code == 404


@pytest.mark.parametrize("method", WRITES)
def test_a_service_without_a_token_writes_no_graph(
    serve: Serve, demo_store: Path, method: str
) -> None:
    answer = serve(demo_store).request(method, "/graph-store?default", headers=TOKEN)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/turtle", b"<s> <p> <o> .", 400),
        ("text/turtle", b"\xff\xfe\x00", 400),
        ("application/json", b"{}", 415),
        ("", b"<http://e/s> <http://e/p> 1 .", 415),
        ("application/trig", b"<http://e/g> { <http://e/s> <http://e/p> 1 }", 415),
        (
            "application/ld+json",
            b'{"@id": "http://e/g", "@graph": [{"@id": "http://e/s", "http://e/p": 1}]}',
            400,
        ),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:9/", "a": 1}', 400),
        ("multipart/form-data; boundary=x", b"nothing", 400),
    ],
)
def test_content_that_is_no_graph_is_refused_with_a_reason(
    client: httpx.Client, content_type: str, body: bytes, status: int
) -> None:
    headers = {**TOKEN, "Content-Type": content_type} if content_type else TOKEN
    answer = client.put("/graph-store?graph=http://e/g", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/graph-store?graph=http://e/g").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "?graph=there", "?default&graph=http://e/g", "?graph=http://e/g&graph=http://e/h"],
)
def test_an_address_that_names_no_single_graph_is_400(client: httpx.Client, address: str) -> None:
    for method in ("get", "put", "delete"):
        answer = client.request(method, f"/graph-store{address}", headers={**TOKEN, **TURTLE})
        assert answer.status_code == 400


def test_the_default_graph_is_replaced_wholly_and_gets_its_vocabulary_back(
    client: httpx.Client,
) -> None:
    body = b"<http://e/s> <http://e/p> 1 ."
    answer = client.put("/graph-store?default", content=body, headers={**TOKEN, **TURTLE})
    assert answer.status_code == 204
    assert client.get("/health").json()["triples"] == 1
    _update(client, ADD % 2)
    assert client.get("/health").json()["triples"] > 1000


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json;q=0.9, text/csv", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("*/*", "text/turtle"),
    ],
)
def test_a_graph_comes_in_the_format_asked_for(
    client: httpx.Client, accept: str, media_type: str
) -> None:
    _update(client, "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
    answer = client.get("/graph-store?graph=http://e/g", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert b"http://e/" in answer.content
    assert (
        client.get("/graph-store?graph=http://e/g", headers={"Accept": "text/csv"}).status_code
        == 406
    )


def test_an_answer_carries_a_tag_that_changes_with_the_data(client: httpx.Client) -> None:
    _update(client, "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")
    tag = client.get("/graph-store?graph=http://e/g").headers["etag"]
    same = client.get("/graph-store?graph=http://e/g", headers={"If-None-Match": tag})
    assert same.status_code == 304
    _update(client, ADD % 1)
    again = client.get("/graph-store?graph=http://e/g", headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_a_graph_without_a_name_gets_one_below_the_base(client: httpx.Client) -> None:
    body = b"<http://e/s> <http://e/p> 1 ."
    answer = client.post("/graph-store", content=body, headers={**TOKEN, **TURTLE})
    assert answer.status_code == 201
    location = answer.headers["location"]
    assert location.startswith(f"{DEFAULT_BASE}graph/")
    assert client.get("/graph-store", params={"graph": location}).status_code == 200


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/rdf+xml", "application/ld+json"]
)
def test_the_service_describes_itself_in_three_formats(
    client: httpx.Client, media_type: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert b"SPARQL11Update" in answer.content


# -- what a write does with the findings -------------------------------------------------------

PK = "PREFIX pk: <https://w3id.org/perfkg/def#> PREFIX sh: <http://www.w3.org/ns/shacl#> "
FINDINGS = PK + "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?report sh:result ?finding } }"
REPORTS = PK + "ASK { GRAPH ?g { ?report a sh:ValidationReport } }"
UNFUND = PK + "DELETE { ?form pk:project ?project } WHERE { ?form pk:project ?project }"
HARMLESS = "INSERT DATA { <http://e/s> <http://e/p> 1 }"


def _findings(client: httpx.Client) -> int:
    found = client.get("/sparql", params={"query": FINDINGS}).json()
    return int(found["results"]["bindings"][0]["n"]["value"])


def _copied(demo_store: Path, folder: Path) -> Path:
    shutil.copytree(demo_store, folder / "store")
    return folder / "store"


def test_a_write_makes_the_findings_anew(serve: Serve, demo_store: Path, tmp_path: Path) -> None:
    client = serve(_copied(demo_store, tmp_path), token="s3cret")  # noqa: S106
    before = _findings(client)
    assert before > 10
    _update(client, HARMLESS)
    assert _findings(client) == before
    _update(client, UNFUND)
    assert _findings(client) > before


def test_a_write_to_another_graph_leaves_the_findings_as_they_are(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    client = serve(_copied(demo_store, tmp_path), token="s3cret", validate_writes="off")  # noqa: S106
    before = _findings(client)
    headers = {**TURTLE, **TOKEN}
    put = client.put("/graph-store?graph=http://e/g", content=b"<a:a> <a:a> 1 .", headers=headers)
    assert put.status_code == 201
    assert _findings(client) == before > 0


def test_without_reviews_a_write_empties_the_findings_and_the_page_says_so(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    client = serve(_copied(demo_store, tmp_path), token="s3cret", validate_writes="off")  # noqa: S106
    _update(client, HARMLESS)
    assert client.get("/sparql", params={"query": REPORTS}).json()["boolean"] is False
    assert "尚未检查" in client.get("/", headers={"Accept": "text/html"}).text


def test_in_a_large_store_the_findings_are_emptied_and_not_made_anew(
    serve: Serve, demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perfkg.server.reviewing.MOST_TRIPLES", 100)
    client = serve(_copied(demo_store, tmp_path), token="s3cret")  # noqa: S106
    _update(client, HARMLESS)
    assert client.get("/sparql", params={"query": REPORTS}).json()["boolean"] is False


@pytest.mark.parametrize("severity", ["violation", "warning"])
def test_a_write_that_adds_findings_is_refused_where_the_setting_says_so(
    serve: Serve, demo_store: Path, tmp_path: Path, severity: str
) -> None:
    folder = _copied(demo_store, tmp_path)
    client = serve(folder, token="s3cret", validate_writes=severity)  # noqa: S106
    before, count = client.get("/health").json(), _findings(client)
    problem = _update(client, UNFUND, 422).json()
    assert problem["findings_count"] >= len(problem["findings"]) > 0
    assert problem["findings"][0]["severity"] == "Violation"
    assert set(problem["findings"][0]["message"]) == {"zh", "en"}
    assert problem["detail_zh"] != problem["detail_en"]
    assert client.get("/health").json() == before
    assert _findings(client) == count
    # What is known already does not stand in the way of what does no harm.
    _update(client, HARMLESS)
    assert _findings(client) == count
    headers = {**TURTLE, **TOKEN}
    bad = b"<http://e/f> a <https://w3id.org/perfkg/def#TargetForm> ."
    answer = client.post("/graph-store?default", content=bad, headers=headers)
    assert answer.status_code == 422
    assert client.get("/health").json()["dataset_version"] == before["dataset_version"] + 1


def test_writers_at_the_same_time_each_leave_whole_findings(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    client = serve(_copied(demo_store, tmp_path), token="s3cret", validate_writes="violation")  # noqa: S106
    texts = [HARMLESS, UNFUND, HARMLESS.replace("1", "2"), UNFUND]
    headers = {"Content-Type": "application/sparql-update", **TOKEN}
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda t: client.post("/sparql", content=t, headers=headers), texts)
        )
    assert [answer.status_code for answer in answers] == [204, 422, 204, 422]
    assert client.get("/sparql", params={"query": REPORTS}).json()["boolean"] is True


def test_a_broken_rule_is_told_before_the_service_starts(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.ttl").write_text("nonsense", "utf-8")
    with pytest.raises(ShapesError, match=r"mine\.ttl"):
        serve(demo_store, token="s3cret", shapes=tmp_path)  # noqa: S106
