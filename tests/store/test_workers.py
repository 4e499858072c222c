"""Queries in processes of their own, which may fail without harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfkg.errors import QueryError, QuerySyntaxError, QueryTimeout, StoreBusy
from perfkg.store import AskResult, EmbeddedStore, PoolSize, SelectResult
from perfkg.store.workers import QueryPool

from .support import form_graph, new_store, put

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
HUNGRY = f"SELECT (STRLEN(?x30) AS ?n) {{ ?s ?p ?o BIND(STR(?s) AS ?x0) {DOUBLED} }}"
PARENT = f"""
import sys
from pathlib import Path
from perfkg.store import PoolSize
from perfkg.store.workers import QueryPool
pool = QueryPool(Path(sys.argv[1]), PoolSize(workers=1))
pool.query("ASK {{}}", timeout=20)
print(*pool.processes(), flush=True)
if sys.argv[2] == "busy":
    pool.query("{ENDLESS}", timeout=60)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    with new_store(folder) as store:
        put(store, *(form_graph(str(n), project=str(n)) for n in range(30)))
    return folder


@pytest.fixture
def pool(folder: Path) -> Iterator[QueryPool]:
    pool = QueryPool(folder, PoolSize(workers=1))
    yield pool
    pool.close()


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def ends_soon(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


def test_a_query_is_stopped_at_its_deadline_and_the_next_one_is_answered(pool: QueryPool) -> None:
    assert pool.query("ASK {}", timeout=20) == AskResult(True)
    (worker,) = pool.processes()
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"after 0\.3 s.*PERFKG_TIMEOUT"):
        pool.query(ENDLESS, timeout=0.3)
    assert time.monotonic() - begun < 5
    assert not is_alive(worker)
    assert pool.query("ASK {}", timeout=20) == AskResult(True)


def test_an_idle_worker_is_used_again(pool: QueryPool) -> None:
    pool.query("ASK {}", timeout=20)
    before = pool.processes()
    with pytest.raises(QuerySyntaxError):
        pool.query("ASK", timeout=20)
    pool.query("ASK {}", timeout=20)
    assert pool.processes() == before


def test_a_query_that_overflows_the_stack_hurts_nobody(pool: QueryPool) -> None:
    deep = f"ASK {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}"
    with pytest.raises(QueryError, match="nest too deeply"):
        pool.query(deep, timeout=20)
    assert pool.query("ASK {}", timeout=20) == AskResult(True)


def test_a_query_that_eats_all_memory_hurts_nobody(folder: Path) -> None:
    # Starting takes up to half of it.
    pool = QueryPool(folder, PoolSize(workers=1, memory=1600 << 20))
    with pytest.raises(QueryError, match="memory"):
        pool.query(HUNGRY, timeout=60)
    assert pool.query("ASK {}", timeout=20) == AskResult(True)
    pool.close()


def test_a_worker_that_died_in_its_sleep_is_replaced_without_a_word(pool: QueryPool) -> None:
    pool.query("ASK {}", timeout=20)
    (worker,) = pool.processes()
    os.kill(worker, signal.SIGKILL)
    assert pool.query("ASK {}", timeout=20) == AskResult(True)
    assert pool.processes() != [worker]


def test_a_worker_that_cannot_start_is_a_query_error(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=1, memory=200 << 20))
    with pytest.raises(QueryError, match="could not start"):
        pool.query("ASK {}", timeout=20)
    assert pool.processes() == []


def test_when_all_workers_are_busy_the_next_query_is_told_so(pool: QueryPool) -> None:
    pool.query("ASK {}", timeout=20)

    def hold() -> None:
        with pytest.raises(QueryTimeout):
            pool.query(ENDLESS, timeout=1)

    holder = threading.Thread(target=hold)
    holder.start()
    time.sleep(0.2)
    with pytest.raises(StoreBusy, match="too many queries"):
        pool.query("ASK {}", timeout=0.1)
    holder.join()
    assert pool.query("ASK {}", timeout=20) == AskResult(True)


def test_many_threads_share_the_workers(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=2))
    results: list[object] = []

    def ask(number: int) -> None:
        text = f"SELECT ?x {{ VALUES ?x {{ {number} }} }}"
        result = pool.query(text, timeout=30)
        assert isinstance(result, SelectResult)
        results.append(result.rows[0][0])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(str(result).split('"')[1]) for result in results) == list(range(16))
    assert len(pool.processes()) <= 2
    pool.close()


def test_closing_the_store_ends_the_workers_and_the_query_they_run(folder: Path) -> None:
    store = EmbeddedStore(folder)
    errors: list[QueryError] = []

    def ask() -> None:
        with pytest.raises(QueryError) as caught:
            store.query(ENDLESS, timeout=60)
        errors.append(caught.value)

    store.query("ASK {}", timeout=20)
    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    store.close()
    thread.join(10)
    assert len(errors) == 1
    assert not isinstance(errors[0], QueryTimeout)
    assert store.query("ASK {}", timeout=20) == AskResult(True)
    store.close()


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_worker_outlives_its_parent(folder: Path, state: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        time.sleep(0.2)
        parent.kill()
    assert ends_soon(worker)


def test_a_pool_that_is_forgotten_leaves_no_process(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=1))
    pool.query("ASK {}", timeout=20)
    (worker,) = pool.processes()
    del pool
    assert ends_soon(worker)
