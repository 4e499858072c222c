"""The OpenAPI description: good to read, and true, whatever is asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from helpers import SCHOOL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkg.asking import load_catalogue
from perfkg.settings import Settings

from .conftest import Serve

Json = dict[str, Any]
SECONDS = 300


class Document(Json):
    """The description; hypothesis shows it in one word."""

    def __repr__(self) -> str:
        return "Document"


CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


@pytest.fixture(scope="module")
def service(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    folder = tmp_path_factory.mktemp("openapi") / "store"
    return serve(folder, token="s3cret", timeout=2, validate_writes="off")  # noqa: S106


@pytest.fixture(scope="module")
def document(service: httpx.Client) -> Document:
    return Document(service.get("/openapi.json").json())


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _saved(document: Json) -> dict[str, Json]:
    """Return the operation of each saved query by its name."""
    return {
        Path(path).name.partition(".")[0]: operation
        for path, _, operation in _operations(document)
        if operation["operationId"].startswith("saved_query_")
    }


def test_each_saved_query_is_an_operation_with_typed_parameters(document: Json) -> None:
    catalogue = load_catalogue(Settings())
    operations = _saved(document)
    assert set(operations) == {query.name for query in catalogue.queries}
    for query in catalogue.queries:
        described = {item["name"]: item for item in operations[query.name]["parameters"]}
        assert set(described) == {"format", *(item.name for item in query.parameters)}
        assert query.title.zh in operations[query.name]["summary"]
    described = {item["name"]: item for item in operations["lowest-satisfaction"]["parameters"]}
    assert described["below"]["schema"]["type"] == "number"
    assert described["year"]["schema"]["type"] == "integer"
    assert described["format"]["schema"]["enum"] == ["json", "xml", "csv", "tsv", "xlsx"]


def test_each_saved_query_answers_as_its_operation_says(
    document: Json, service: httpx.Client
) -> None:
    for name, operation in _saved(document).items():
        parameters = operation["parameters"]
        given = {p["name"]: p["schema"]["default"] for p in parameters if "default" in p["schema"]}
        for extension in parameters[0]["schema"]["enum"]:
            answer = service.get(f"/queries/{name}.{extension}", params=given)
            assert answer.status_code == 200, (name, extension, answer.text)
            media_type = answer.headers["content-type"].partition(";")[0]
            assert media_type in operation["responses"]["200"]["content"], (name, extension)


def test_the_description_is_a_page_too(document: Json, service: httpx.Client) -> None:
    page = service.get("/docs", headers={"Accept": "text/html"}).text
    for path, method, operation in _operations(document):
        assert f'id="{operation["operationId"]}"' in page, (method, path)
        assert f"<code>{path}</code>" in page
    assert "接口说明" in page
    assert "API reference" in service.get("/docs?lang=en").text


def test_every_operation_and_parameter_is_described(document: Json) -> None:
    found = list(_operations(document))
    assert len(found) >= 9
    for path, method, operation in found:
        assert operation["summary"], (path, method)
        assert operation["description"], (path, method)
        for parameter in operation.get("parameters", []):
            assert parameter["schema"], (path, method)
            assert parameter.get("description") or parameter["in"] == "path"


def test_every_failure_is_a_problem_document(document: Json) -> None:
    schema = document["components"]["schemas"]["Problem"]
    assert {"title", "detail", "status", "line", "column", "hint_zh"} <= set(schema["properties"])
    for path, method, operation in _operations(document):
        assert "422" not in operation["responses"] or method != "get", (path, method)
        for status, response in operation["responses"].items():
            if status >= "400":
                media = response["content"]["application/problem+json"]
                assert media["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_a_file_can_be_sent_to_the_review_as_described(
    document: Json, service: httpx.Client
) -> None:
    operation = document["paths"]["/review"]["post"]
    described = operation["responses"]["200"]
    assert set(operation["requestBody"]["content"]) == {
        "multipart/form-data",
        "application/octet-stream",
    }
    sent: list[Json] = [{"files": {"file": (SCHOOL.name, SCHOOL.read_bytes())}}]
    sent.append({"content": SCHOOL.read_bytes(), "params": {"name": SCHOOL.name}})
    for body in sent:
        for report in operation["parameters"][1]["schema"]["enum"]:
            body["params"] = {**body.get("params", {}), "format": report}
            answer = service.post("/review", timeout=60, **body)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].partition(";")[0] in described["content"]
            assert set(described["headers"]) <= {name.title() for name in answer.headers}
            if report == "json":
                assert described["content"]["application/json"]["schema"]["type"] == "array"
                assert {"rule", "message"} <= answer.json()[0].keys()


def test_writing_names_its_token(document: Json) -> None:
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for method in ("put", "post", "delete"):
        assert document["paths"]["/graph-store"][method]["security"] == [{"token": []}]
    assert {} in document["paths"]["/sparql"]["post"]["security"]


TEXT = st.one_of(
    st.sampled_from(
        ["", "SELECT * { ?s ?p ?o } LIMIT 1", "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "DROP ALL",
         "csv", "turtle", "http://example.org/graph", "projects", "projects.csv", "2024"]
    ),
    st.text(max_size=30),
)  # fmt: skip
TYPES = st.sampled_from(
    ["*/*", "text/html", "text/csv", "text/turtle", "application/json", "image/png", ";", ""]
)
CALLS = st.tuples(
    st.integers(0, 50),
    st.dictionaries(st.sampled_from(["query", "update", "format", "graph", "default", "year",
                                     "default-graph-uri", "named-graph-uri", "x"]), TEXT,
                    max_size=3),
    TEXT,
    TYPES,
    st.sampled_from(["", "application/sparql-query", "application/sparql-update", "text/turtle",
                     "application/x-www-form-urlencoded", "application/ld+json", "image/png"]),
    st.binary(max_size=40),
    st.booleans(),
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CALLS)
def test_whatever_is_asked_is_answered_as_described(
    service: httpx.Client, document: Json, call: tuple[Any, ...]
) -> None:
    number, parameters, name, accept, content_type, body, has_token = call
    operations = [o for o in _operations(document) if "{format}" not in o[0]]
    path, method, operation = operations[number % len(operations)]
    headers = {"Accept": accept, "Content-Type": content_type}
    if has_token:
        headers["Authorization"] = "Bearer s3cret"
    address = path.replace("{name}", f"x{quote(name, safe='')}" if name else "projects")
    answer = service.request(method, address, params=parameters, headers=headers, content=body)
    if answer.status_code == 307:  # a slash too many at the end of any address
        assert address.endswith("%2F")
        return
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, (method, address, answer.status_code, answer.text)
    if answer.content:
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in described["content"], (method, address, media_type)


@pytest.mark.timeout(SECONDS + 30)
def test_schemathesis_finds_no_failure(service: httpx.Client, tmp_path: Path) -> None:
    """Without the checks that take any string for a query: most are none, which is told as 400."""
    pytest.importorskip("schemathesis", reason="schemathesis is not installed (perfkg[test])")
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run",
        f"{service.base_url}/openapi.json",
        "--checks", CHECKS, "--max-examples", "25", "--seed", "1",
        "--header", "Authorization: Bearer s3cret",
        # Of the saved queries, which one route answers, a few stand for all.
        "--exclude-path-regex", r"^/queries/(?!(lowest-satisfaction|findings)\.).+\.",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
