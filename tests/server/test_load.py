"""A real service under load: what is kept, what is stopped, and who is told so."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from helpers import SCHOOL, Commands, start_service, stop_service

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JSON = "application/sparql-results+json"
HUNDRED = " ".join(map(str, range(100)))
TABLE = (
    f"SELECT ?a ?b ?c ?text {{ VALUES ?a {{ {HUNDRED} }} VALUES ?b {{ {HUNDRED} }} "
    "VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } BIND(CONCAT(STR(?a), ' 这是一段文字 ', STR(?b)) AS ?text) }"
)


@pytest.fixture
def alone(demo_store: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A service in a process of its own, with little room."""
    process, address = start_service(
        demo_store, tmp_path, PERFKG_WORKERS="1", PERFKG_QUEUE="1", PERFKG_TIMEOUT="4"
    )
    yield process, address
    stop_service(process)


def ask(address: str, query: str, **headers: str) -> httpx.Response:
    given = {"Accept": JSON, **headers}
    return httpx.get(f"{address}/sparql", params={"query": query}, headers=given, timeout=60)


def children(pid: int) -> set[int]:
    """The processes that descend from one: the workers are forked by a child of the service."""
    found = [pid]
    for parent in found:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):  # it has just ended
                found += map(int, file.read_text().split())
    return set(found[1:])


def cpu(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


# -- what is kept ------------------------------------------------------------------------------


def test_the_same_question_again_has_the_same_bytes_until_the_data_changes(own_store: Path) -> None:
    process, address = start_service(own_store, own_store.parent)
    try:
        first, again = ask(address, COUNT), ask(address, COUNT)
        assert first.content == again.content
        own = {"date": "", "x-request-id": ""}
        assert {**first.headers, **own} == {**again.headers, **own}
        Commands(own_store.parent)("ingest", SCHOOL, "--store", own_store).done()
        fresh = ask(address, COUNT)
        assert fresh.content != first.content
        assert fresh.headers["etag"] != first.headers["etag"]
    finally:
        stop_service(process)


def test_a_kept_answer_takes_no_worker(alone: tuple[subprocess.Popen[bytes], str]) -> None:
    process, address = alone
    kept = ask(address, COUNT)
    with ThreadPoolExecutor(1) as threads:
        endless = threads.submit(ask, address, ENDLESS)
        assert until(lambda: any(cpu(pid) > 20 for pid in children(process.pid)))
        assert ask(address, COUNT).content == kept.content
        assert not endless.done()
        assert endless.result().status_code == 504


def test_head_and_if_none_match_of_a_query(client: httpx.Client) -> None:
    params = {"query": COUNT}
    got = client.get("/sparql", params=params)
    head = client.head("/sparql", params=params)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["etag"] == got.headers["etag"]
    known = client.get("/sparql", params=params, headers={"If-None-Match": got.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["cache-control"] == "public, no-cache"


def test_any_tag_does_not_fit_a_query_that_has_no_answer(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": "ASK {"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 400


def test_a_value_that_is_new_each_time_is_not_kept(client: httpx.Client) -> None:
    params = {"query": "SELECT (STRUUID() AS ?x) {}"}
    one, other = (client.get("/sparql", params=params) for _ in range(2))
    assert one.content != other.content
    assert "etag" not in one.headers
    assert one.headers["cache-control"] == "no-store"


def test_posted_queries_have_tags_of_their_own(client: httpx.Client) -> None:
    def tag(query: str) -> str:
        return client.post("/sparql", data={"query": query}).headers["etag"]

    assert tag(COUNT) == tag(COUNT)
    assert tag(COUNT) != tag(f"{COUNT} LIMIT 1")


# -- what is stopped ---------------------------------------------------------------------------


def test_the_memory_of_the_service_does_not_grow_with_the_answer(service: str) -> None:
    with httpx.Client(base_url=service, timeout=60) as client:
        port = client.base_url.port
        (pid,) = (
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if f"--port\0{port}\0".encode() in (folder / "cmdline").read_bytes()
        )
        ask(service, COUNT)
        before = resident(pid)
        headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
        for _ in range(3):
            with client.stream(
                "GET", "/sparql", params={"query": TABLE}, headers=headers
            ) as answer:
                assert answer.headers["perfkg-result"] == "complete; rows=100000"
                size = sum(len(piece) for piece in answer.iter_bytes())
            assert size == int(answer.headers["content-length"]) > 3_000_000
        assert resident(pid) - before < 50_000_000


def test_a_client_that_goes_away_frees_its_worker(
    alone: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, address = alone
    ask(address, "ASK {}")
    url = httpx.URL(address)
    before = children(process.pid)
    with socket.create_connection((url.host, url.port)) as connection:
        target = f"/sparql?query={quote(ENDLESS)}"
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
        assert until(lambda: any(cpu(pid) > 20 for pid in children(process.pid)))
        busy = {pid for pid in children(process.pid) if cpu(pid) > 20}
    assert until(lambda: not busy & children(process.pid), 3)
    assert before
    assert ask(address, "ASK {}").status_code == 200


def test_when_the_queue_is_full_the_next_one_is_told_when_to_come_again(
    alone: tuple[subprocess.Popen[bytes], str],
) -> None:
    _, address = alone
    ask(address, "ASK {}")
    with ThreadPoolExecutor(6) as threads:
        queries = (f"{ENDLESS} # {number}" for number in range(6))
        answers = list(threads.map(lambda query: ask(address, query), queries))
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) == {503, 504}
    assert statuses.count(503) >= 3
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
    assert ask(address, "ASK {}").status_code == 200


def test_lookups_are_answered_whoever_asks_without_end(demo_store: Path, tmp_path: Path) -> None:
    process, address = start_service(
        demo_store, tmp_path, PERFKG_WORKERS="4", PERFKG_QUEUE="8", PERFKG_TIMEOUT="3"
    )
    try:
        with ThreadPoolExecutor(12) as threads:
            endless = [threads.submit(ask, address, f"{ENDLESS} # {n}") for n in range(12)]
            lookups = [
                ask(address, f"DESCRIBE <http://e/{n}>", Accept="text/turtle") for n in range(60)
            ]
            others = [future.result() for future in endless]
        assert {answer.status_code for answer in lookups} == {200}
        assert {answer.status_code for answer in others} <= {503, 504}
        assert all(
            "retry-after" in answer.headers for answer in others if answer.status_code == 503
        )
        workers = children(process.pid)
    finally:
        stop_service(process)
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


def test_equal_queries_at_one_time_run_once(alone: tuple[subprocess.Popen[bytes], str]) -> None:
    _, address = alone
    ask(address, "ASK {}")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: ask(address, ENDLESS), range(6)))
    # There is room for two; a third would be turned away.
    assert [answer.status_code for answer in answers] == [504] * 6


PROBES = {
    "nested parentheses": f"ASK {{ FILTER({'(' * 10_000}1{')' * 10_000}) }}",
    "a chain of 10,000 terms": f"ASK {{ FILTER({' || '.join(['1'] * 10_000)}) }}",
    "a cartesian ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "a concatenation bomb": "SELECT (STRLEN(?x30) AS ?n) { ?s ?p ?o BIND(STR(?s) AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }",
    "3,000 UNIONs": f"SELECT * {{ {' UNION '.join(['{ ?s ?p ?o }'] * 3_000)} }}",
    "300 OPTIONALs": "SELECT * { ?s ?p ?o "
    + " ".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }}" for n in range(300))
    + " }",
    "rows without end": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}


@pytest.mark.parametrize("name", PROBES)
def test_the_service_survives_and_answers_the_next_query(small: httpx.Client, name: str) -> None:
    started = time.monotonic()
    answer = small.post("/sparql", data={"query": PROBES[name]}, timeout=60)
    assert answer.status_code in (200, 400, 503, 504)
    if answer.status_code == 200:
        assert answer.headers["perfkg-result"].startswith("truncated")
    else:
        assert answer.headers["content-type"] == "application/problem+json"
    follow = small.get("/sparql", params={"query": f"{COUNT} # {name}"})
    assert follow.status_code == 200
    assert time.monotonic() - started < 30
