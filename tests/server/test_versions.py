"""The dataset version: what `/health` tells, entity tags, and a store that grows meanwhile."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from helpers import SCHOOL, Commands, start_service, stop_service

from perfkg import __version__

from .conftest import Serve

PK = "PREFIX pk: <https://w3id.org/perfkg/def#> "
COUNT = "/sparql?query=" + quote(PK + "SELECT (COUNT(*) AS ?n) { ?f a pk:Form }")
ADDRESSES = ("/", "/queries", "/queries/projects", "/queries/projects.csv", "/sparql", COUNT)


def test_health_tells_the_versions_and_the_size(service: str) -> None:
    health = httpx.get(f"{service}/health").json()
    assert set(health) == {"status", "version", "triples", "dataset_version"}
    assert health["status"] == "ok"
    assert health["version"] == __version__
    assert health["triples"] > 2000
    assert health["dataset_version"] >= 2


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_the_client_has_already_is_not_sent_again(service: str, path: str) -> None:
    first = httpx.get(service + path)
    assert first.status_code == 200
    tag = first.headers["etag"].removeprefix("W/")  # weak when the answer came compressed
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = httpx.get(service + path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"].removeprefix("W/") == tag
    other = httpx.get(service + path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    assert other.headers["cache-control"] == "public, no-cache"


def test_a_tag_stands_for_one_address_one_format_and_one_language(client: httpx.Client) -> None:
    asked = [
        ("/", {}),
        ("/", {"Accept-Language": "en"}),
        ("/?lang=en", {}),
        ("/queries/projects", {"Accept": "text/html"}),
        ("/queries/projects", {"Accept": "application/json"}),
        (COUNT, {"Accept": "text/csv"}),
        (COUNT, {"Accept": "application/json"}),
    ]
    tags = [client.get(path, headers=headers).headers["etag"] for path, headers in asked]
    assert len(set(tags)) == len(tags)


def test_a_tag_of_one_store_or_limit_does_not_fit_another(
    serve: Serve, client: httpx.Client, small: httpx.Client, tmp_path: Path
) -> None:
    Commands(tmp_path)("ingest", SCHOOL, "--store", "s").done()
    other = serve(tmp_path / "s")
    tags = {one.get("/queries/projects.csv").headers["etag"] for one in (client, small, other)}
    assert len(tags) == 3


def test_a_failed_request_carries_no_tag(client: httpx.Client) -> None:
    for path in ("/nothing", "/queries/nothing", "/sparql?query=x"):
        assert "etag" not in client.get(path).headers


def test_a_running_service_serves_what_is_ingested_meanwhile(own_store: Path) -> None:
    process, address = start_service(own_store, own_store.parent)
    try:
        with httpx.Client(base_url=address) as client:
            before = client.get("/health").json()
            tags = {path: client.get(path).headers["etag"] for path in ADDRESSES}
            assert client.get(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "10"

            Commands(own_store.parent)("ingest", SCHOOL, "--store", own_store).done()

            after = client.get("/health").json()
            assert after["dataset_version"] > before["dataset_version"]
            assert after["triples"] > before["triples"]
            assert client.get(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "12"
            assert "乡镇中心小学食堂改造" in client.get("/").text
            for path, tag in tags.items():
                fresh = client.get(path, headers={"If-None-Match": tag})
                assert fresh.status_code == 200
                assert fresh.headers["etag"] != tag
    finally:
        stop_service(process)


def test_the_description_of_the_interface_names_every_address(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert {"/sparql", "/queries", "/queries/{name}", "/health"} <= set(document["paths"])
    assert document["info"]["version"] == __version__
