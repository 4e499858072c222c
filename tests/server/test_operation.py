"""What whoever runs the service relies on: numbers and logs, figures, stopping, proxies, health."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from helpers import PERFKG, SCHOOL, Commands, start_service, stop_service
from lxml import html

from .conftest import Serve

ASK = "ASK { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SECRET = "s3cret-token"  # noqa: S105


# -- numbers and logs --------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["abc-123", "a" * 64, "4bf92f35.77b3_x"])
def test_a_sane_number_of_a_request_is_kept(client: httpx.Client, given: str) -> None:
    for path in ("/health", "/nothing", "/static/style.css"):
        answer = client.get(path, headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"] == given
        if answer.status_code == 404:
            assert answer.json()["request_id"] == given


@pytest.mark.parametrize("given", [None, "", "a" * 65, "a b", "-a", "a\tb", "<script>", "é"])
def test_any_other_request_gets_a_number_of_its_own(
    client: httpx.Client, given: str | None
) -> None:
    headers = {} if given is None else {"X-Request-ID": given.encode("latin-1")}
    found = [client.get("/health", headers=headers).headers["x-request-id"] for _ in range(2)]
    assert len(set(found)) == 2
    assert all(len(number) == 32 and number.isalnum() for number in found)


def _lines(process: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    _, err = stop_service(process)
    lines = err.decode().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.parametrize("shows", [False, True])
def test_each_request_is_one_line_of_json_without_what_nobody_should_read(
    own_store: Path, shows: bool
) -> None:
    env = {"PERFKG_LOG_FORMAT": "json", "PERFKG_TOKEN": SECRET, "PERFKG_LOG_QUERIES": str(shows)}
    process, address = start_service(own_store, own_store.parent, **env)
    query = "SELECT * { ?s ?p ?o } LIMIT 7"
    token = {"Authorization": f"Bearer {SECRET}"}
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            client.get("/sparql", params={"query": query}, headers={"X-Request-ID": "one"})
            client.get("/nothing?name=Zhang")
            client.post("/sparql", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"}, headers=token)
            client.get("/health")
    finally:
        lines = _lines(process)
    told = [line for line in lines if line["logger"] == "perfkg.access"]
    assert [(line["method"], line["path"], line["status"]) for line in told] == [
        ("GET", "/sparql", 200),
        ("GET", "/nothing", 404),
        ("POST", "/sparql", 204),
    ]
    first = told[0]
    assert first["request_id"] == "one"
    assert first["rows"] == 7
    assert first["ms"] > 0
    assert first["query_hash"] == hashlib.sha256(query.encode()).hexdigest()[:16]
    assert first.get("query") == (query if shows else None)
    everything = json.dumps(lines)
    assert SECRET not in everything
    assert "Zhang" not in everything
    assert "127.0.0.1" not in json.dumps(told)


def test_the_log_may_be_plain_text_or_off(own_store: Path) -> None:
    for form, count in (("text", 1), ("off", 0)):
        process, address = start_service(own_store, own_store.parent, PERFKG_LOG_FORMAT=form)
        httpx.get(f"{address}/queries", timeout=60)
        _, err = stop_service(process)
        lines = [line for line in err.decode().splitlines() if "path=/queries" in line]
        assert len(lines) == count
        assert all("status=200" in line and "request_id=" in line for line in lines)


def test_a_failure_of_the_service_itself_is_a_problem_with_a_number_and_a_line_in_the_log(
    serve: Serve, demo_store: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    client = serve(demo_store)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the inner reason")

    monkeypatch.setattr("perfkg.server.saved.queries_page", fail)
    answer = client.get("/queries", headers={"X-Request-ID": "broken", "Accept": "*/*"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == "broken"
    assert "inner reason" not in answer.text
    assert answer.headers["content-security-policy"]
    assert "the inner reason" in caplog.text
    assert "broken" in caplog.text
    assert client.get("/health").status_code == 200


# -- figures -----------------------------------------------------------------------------------


def test_without_the_extra_metrics_are_404_with_what_to_install(
    serve: Serve, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prometheus_client", None)
    answer = serve(demo_store).get("/metrics")
    assert answer.status_code == 404
    assert "perfkg[metrics]" in answer.json()["detail_en"]


def test_with_the_extra_metrics_count_requests_and_tell_the_data_set(
    serve: Serve, demo_store: Path
) -> None:
    parser = pytest.importorskip("prometheus_client.parser", reason="perfkg[metrics] is missing")
    client = serve(demo_store)
    for _ in range(3):
        client.get("/sparql", params={"query": ASK})
    client.get("/nothing")
    client.head("/queries")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    families = parser.text_string_to_metric_families(answer.text)
    found = {
        (s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples
    }

    def value(name: str, **labels: str) -> float:
        return found[name, tuple(sorted(labels.items()))]

    total = "perfkg_http_requests_total"
    assert value(total, route="/sparql", method="GET", status="200") == 3
    assert value(total, route="other", method="GET", status="404") == 1
    assert value(total, route="/queries", method="HEAD", status="200") == 1
    assert value("perfkg_http_request_seconds_count", route="/sparql") == 3
    assert value("perfkg_up") == 1
    health = client.get("/health").json()
    assert value("perfkg_dataset_version") == health["dataset_version"]
    assert value("perfkg_triples") == health["triples"]


# -- stopping ----------------------------------------------------------------------------------


def _descendants(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):  # it has just ended
                found += map(int, file.read_text().split())
    return found[1:]


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="there is no /proc here")
@pytest.mark.parametrize(("patience", "statuses"), [(20, {504}), (1, {0, 500, 503})])
def test_sigterm_lets_requests_finish_for_a_time_and_leaves_no_process(
    own_store: Path, patience: int, statuses: set[int]
) -> None:
    process, address = start_service(
        own_store,
        own_store.parent,
        PERFKG_TIMEOUT="4" if patience > 4 else "60",
        PERFKG_SHUTDOWN_TIMEOUT=str(patience),
    )

    def ask() -> int:
        try:
            return httpx.get(f"{address}/sparql", params={"query": SLOW}, timeout=90).status_code
        except httpx.TransportError:
            return 0

    try:
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(ask)
            workers: list[int] = []
            for _ in range(300):
                workers = _descendants(process.pid)
                if len(workers) > 1:  # the one that forks, and one that works
                    break
                time.sleep(0.05)
            assert workers
            time.sleep(0.5)  # the query is under way
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=40) == 0
            assert answer.result() in statuses
        for _ in range(100):
            if all(map(_is_gone, workers)):
                break
            time.sleep(0.05)
        assert all(map(_is_gone, workers))
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not installed")
def test_a_store_is_copied_under_the_writers_lock_while_it_is_served(
    own_store: Path, tmp_path: Path
) -> None:
    """As docs/operating.md tells it: queries go on, and nobody writes meanwhile."""
    process, address = start_service(own_store, own_store.parent)
    ingest = [str(PERFKG), "ingest", str(SCHOOL), "--store", str(own_store)]
    try:
        with (own_store / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            refused = subprocess.run(ingest, capture_output=True, timeout=100, check=False)
            answer = httpx.get(f"{address}/sparql", params={"query": ASK}, timeout=60)
        assert refused.returncode == 1
        assert answer.status_code == 200
        copy = ["flock", own_store / "lock", "cp", "-a", own_store, tmp_path / "copy"]
        subprocess.run(copy, check=True, timeout=60)
    finally:
        stop_service(process)
    run = Commands(tmp_path)("sparql", "--store", "copy", "--format", "json", ASK)
    assert '"boolean":true' in run.done().out


# -- behind a proxy ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def below(serve: Serve, demo_store: Path) -> httpx.Client:
    """A service that a proxy shows at /perfkg."""
    return serve(demo_store, root_path="/perfkg")


@pytest.mark.parametrize("prefix", ["", "/perfkg"], ids=["taken-off", "left-there"])
def test_every_link_is_right_behind_a_proxy_whether_it_takes_the_prefix_off_or_not(
    below: httpx.Client, prefix: str
) -> None:
    headers = {"Accept": "text/html"}
    pages = ("/", "/queries", "/queries/projects", "/sparql", "/nothing")
    links: set[str] = set()
    for path in pages:
        answer = below.get(prefix + path, headers=headers)
        assert answer.status_code == (404 if path == "/nothing" else 200)
        page = html.document_fromstring(answer.text)
        links |= {str(link) for link in page.xpath("//@href | //@src | //@action")}  # type: ignore[union-attr]
    absolute = {link for link in links if link.startswith("/")}
    assert len(absolute) > 20
    assert {link for link in absolute if not link.startswith("/perfkg/")} == set()
    for link in sorted(absolute):
        target = link if prefix else link.removeprefix("/perfkg")
        assert below.get(target).status_code == 200, link


@pytest.mark.parametrize("prefix", ["", "/perfkg"], ids=["taken-off", "left-there"])
def test_addresses_in_answers_name_the_prefix(below: httpx.Client, prefix: str) -> None:
    endpoint = f"{below.base_url}/perfkg/sparql"
    assert endpoint in below.get(f"{prefix}/sparql").text
    relative = {"query": "SELECT (<x> AS ?x) {}"}
    found = below.get(f"{prefix}/sparql", params=relative).json()["results"]["bindings"]
    assert found[0]["x"]["value"] == f"{below.base_url}/perfkg/x"
    redirect = below.get(f"{prefix}/queries/", follow_redirects=False)
    assert redirect.headers.get("location", "/perfkg/queries").endswith("/perfkg/queries")
    assert below.get(f"{prefix}/openapi.json").json()["servers"] == [{"url": "/perfkg"}]


@pytest.mark.parametrize("value", ["perfkg", "/perfkg/", "/a b", "/a?b", '/"'])
def test_a_prefix_that_is_no_path_is_refused(value: str, tmp_path: Path) -> None:
    run = Commands(tmp_path)("serve", env={"PERFKG_ROOT_PATH": value})
    assert run.status == 2
    assert "PERFKG_ROOT_PATH" in run.err


@pytest.mark.parametrize(("believes", "scheme"), [(False, "http"), (True, "https")])
def test_a_proxy_is_believed_only_when_that_is_asked_for(
    own_store: Path, believes: bool, scheme: str
) -> None:
    env = {"PERFKG_PROXY_HEADERS": str(believes)}
    process, address = start_service(own_store, own_store.parent, **env)
    headers = {"X-Forwarded-Proto": "https", "Host": "kg.example"}
    try:
        assert (
            f"{scheme}://kg.example/sparql"
            in httpx.get(f"{address}/sparql", headers=headers, timeout=60).text
        )
    finally:
        stop_service(process)


# -- health ------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["manifest.json", "generations"])
def test_health_is_503_when_the_store_cannot_be_read_and_200_when_it_can_again(
    serve: Serve, demo_store: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(demo_store, folder)
    client = serve(folder)
    os.rename(folder / damage, tmp_path / "aside")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "cannot be read" in answer.json()["detail_en"]
    os.rename(tmp_path / "aside", folder / damage)
    assert client.get("/health").status_code == 200
