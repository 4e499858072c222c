"""Answers that the workers write themselves: exact to the row, and of any size."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import run_apart

from perfkg import results
from perfkg.errors import QueryError, QuerySyntaxError, QueryTimeout, ResultTooLarge, StoreBusy
from perfkg.store import EmbeddedStore, PoolSize, Question, SelectResult, Written
from perfkg.store.answering import write_answer
from perfkg.store.evaluate import evaluate
from perfkg.store.rows import ROW_FORMATS
from perfkg.store.spool import SMALL, Spool
from perfkg.store.workers import QueryPool

from .support import form_graph, new_store, put
from .test_workers import ENDLESS, ends_soon

PIECES = (
    "a", '"', "\\", "\n", "\r\n", "\r", ",", "{", "}", "[", "]", "<", ">", "<result>", '"},{"',
    ",{", "[{", "\t", "\x01", "\ufffe", "中", "'", "&", '\\\\"', "x" * 9000,
)  # fmt: skip
MANY = "SELECT ?x ?y { VALUES ?a { %s } VALUES ?b { %s } BIND(?a AS ?x) BIND(?b AS ?y) }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    with new_store(folder) as store:
        put(store, *(form_graph(str(n), project=str(n)) for n in range(30)))
    return folder


@pytest.fixture
def pool(folder: Path) -> Iterator[QueryPool]:
    pool = QueryPool(folder, PoolSize(workers=2))
    yield pool
    pool.close()


def answer(pool: QueryPool, question: Question, timeout: float = 20) -> Written:
    return run_apart(pool.answer(question, timeout=timeout))


def content(written: Written) -> bytes:
    return b"".join(written.chunks())


def rows_of(count: int) -> str:
    side = " ".join(map(str, range(count // 100)))
    return MANY % (side, " ".join(map(str, range(100))))


def values(rng: random.Random, rows: int) -> str:
    def cell() -> str:
        if rng.random() < 0.15:
            return "UNDEF"
        return str(ox.Literal("".join(rng.choices(PIECES, k=rng.choice((0, 1, 3, 8))))))

    lines = " ".join(f"({cell()} {cell()})" for _ in range(rows))
    return f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {lines} }} }}"


def written_here(query: str, fmt: str, most: int | None) -> tuple[bytes, int | None, bool]:
    out = Spool(1 << 30)
    rows, truncated = write_answer(ox.Store(), Question(query, fmt, most), out)
    body, file = out.finish()
    if file is not None:
        body = os.pread(file, out.size, 0)
        os.close(file)
    return body, rows, truncated


@pytest.mark.parametrize("fmt", sorted(ROW_FORMATS))
@pytest.mark.parametrize("rows", [0, 1, 2, 7, 60])
def test_the_row_limit_holds_exactly_whatever_the_values_are(fmt: str, rows: int) -> None:
    rng = random.Random(f"{fmt}{rows}")  # noqa: S311
    for _ in range(8):
        query = values(rng, rows)
        for most in (None, 1, max(1, rows - 1), rows or 1, rows + 1):
            expected = evaluate(ox.Store(), query, max_rows=most)
            assert isinstance(expected, SelectResult)
            body, counted, truncated = written_here(query, fmt, most)
            assert (counted, truncated) == (len(expected.rows), expected.truncated)
            want = results.to_bytes(expected, results.FORMATS[fmt])
            if fmt == "json":
                assert json.loads(body) == json.loads(want)
            else:
                assert body == want


@pytest.mark.parametrize("fmt", ["turtle", "nt", "jsonld", "rdfxml"])
def test_triples_come_each_once_and_cut_at_the_limit(fmt: str) -> None:
    query = "CONSTRUCT { <http://e/s> <http://e/p> ?o } { VALUES ?o { 1 1 2 3 } }"
    for most, rows in ((None, 3), (3, 3), (2, 2)):
        body, counted, truncated = written_here(query, fmt, most)
        assert (counted, truncated) == (rows, most == 2)
        found = ox.parse(body, format=ox.RdfFormat.from_extension(results.FORMATS[fmt].extension))
        assert len({quad.triple for quad in found}) == rows


@pytest.mark.parametrize(
    ("query", "said"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s ?s ?s }", False)]
)
def test_the_truth_is_told_without_rows(pool: QueryPool, query: str, said: bool) -> None:
    written = answer(pool, Question(query, "json", 5))
    assert json.loads(content(written))["boolean"] is said
    assert (written.told.rows, written.told.truncated) == (None, False)


def test_a_large_answer_is_in_a_file_without_a_name(pool: QueryPool) -> None:
    small = answer(pool, Question(rows_of(100), "csv", 200_000))
    large = answer(pool, Question(rows_of(50_000), "csv", 200_000))
    assert small.is_small
    assert not large.is_small
    data = content(large)
    assert len(data) == large.told.size > SMALL
    assert data.count(b"\r\n") == 50_001
    assert content(large) == data
    assert large.in_memory().told.body == data


def test_the_event_loop_of_the_service_gets_large_answers_and_sends_long_queries(
    pool: QueryPool,
) -> None:
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not installed")

    async def attempt() -> None:
        for number in range(5):
            query = f"{rows_of(20_000)} # {number} {'x' * 150_000}"
            written = await pool.answer(Question(query, "csv"), timeout=20)
            assert written.told.rows == 20_000

    run_apart(attempt(), uvloop.run)


def test_the_file_of_an_answer_goes_with_the_answer(pool: QueryPool) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    answer(pool, Question("ASK {}", "json"))
    before = opened()
    written = answer(pool, Question(rows_of(20_000), "csv"))
    assert opened() == before + 1
    del written
    assert opened() == before


def test_an_answer_that_is_too_large_is_refused_and_the_worker_goes_on(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=1, answer=100_000))
    with pytest.raises(ResultTooLarge, match="PERFKG_MAX_ANSWER"):
        answer(pool, Question(rows_of(50_000), "csv"))
    before = pool.processes()
    assert content(answer(pool, Question("SELECT (1 AS ?x) {}", "csv"))) == b"x\r\n1\r\n"
    assert pool.processes() == before
    pool.close()


def test_errors_reach_who_asked(pool: QueryPool) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        answer(pool, Question("SELECT *\nWHERE {", "json"))
    assert caught.value.line == 2
    with pytest.raises(QueryTimeout, match=r"after 0\.3 s"):
        answer(pool, Question(ENDLESS, "json"), timeout=0.3)
    assert json.loads(content(answer(pool, Question("ASK {}", "json"))))["boolean"] is True
    figures = pool.figures()
    assert (figures.timed_out, figures.running, figures.waiting) == (1, 0, 0)


def test_a_worker_that_is_killed_while_it_works_is_a_clear_error(pool: QueryPool) -> None:
    async def attempt() -> None:
        running = asyncio.create_task(pool.answer(Question(ENDLESS, "json"), timeout=30))
        await asyncio.sleep(1.5)
        for worker in pool.processes():
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(QueryError, match="was ended"):
            await running
        assert (await pool.answer(Question("ASK {}", "json"), timeout=20)).told.rows is None

    run_apart(attempt())


def test_a_task_that_is_cancelled_stops_its_query(pool: QueryPool) -> None:
    async def attempt() -> None:
        running = asyncio.create_task(pool.answer(Question(ENDLESS, "json"), timeout=30))
        await asyncio.sleep(1.5)
        (worker,) = pool.processes()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert ends_soon(worker)
        assert pool.figures().abandoned == 1
        assert (await pool.answer(Question("ASK {}", "json"), timeout=20)).is_small

    run_apart(attempt())


def test_who_finds_the_queue_full_is_told_at_once(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=1, queue=1))

    async def attempt() -> None:
        await pool.answer(Question("ASK {}", "json"), timeout=20)
        running = asyncio.create_task(pool.answer(Question(ENDLESS, "json"), timeout=3))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(pool.answer(Question("ASK {}", "json"), timeout=20))
        await asyncio.sleep(0.1)
        with pytest.raises(StoreBusy, match="too many queries"):
            await pool.answer(Question("ASK {}", "json"), timeout=20)
        with pytest.raises(QueryTimeout):
            await running
        assert (await waiting).told.rows is None

    run_apart(attempt())
    assert pool.figures().refused == 1
    pool.close()


def test_queries_that_never_end_leave_room_for_those_that_do(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=4, spare=1))

    async def endless(number: int) -> str:
        try:
            question = Question(f"{ENDLESS} # {number}", "json")
            await pool.answer(question, timeout=6, client="a")
        except (QueryTimeout, StoreBusy) as error:
            return type(error).__name__
        return "answered"

    async def attempt() -> set[str]:
        await pool.answer(Question("ASK {}", "json"), timeout=20)
        running = [asyncio.create_task(endless(number)) for number in range(8)]
        for _ in range(20):
            await asyncio.sleep(0.1)
            # No error: it waits for its turn, but not until an endless one is over.
            await pool.answer(Question("ASK { ?s ?p ?o }", "json"), timeout=5, client="b")
        return set(await asyncio.gather(*running))

    assert run_apart(attempt()) <= {"QueryTimeout", "StoreBusy"}
    pool.close()


def test_a_query_that_took_long_has_a_lower_priority_and_the_next_one_has_not(
    pool: QueryPool,
) -> None:
    product = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    slow = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ {product} }} LIMIT 3000000 }} }}"

    def priorities(worker: int) -> list[int]:
        tasks = Path(f"/proc/{worker}/task").iterdir()
        return [os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in tasks]

    async def attempt() -> None:
        await pool.answer(Question("ASK {}", "json"), timeout=20)
        (worker,) = pool.processes()
        running = asyncio.create_task(pool.answer(Question(slow, "json"), timeout=60))
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        deadline = time.monotonic() + 20
        lowered = False
        while not running.done() and time.monotonic() < deadline:
            lowered = lowered or max(priorities(worker)) > usual
            await asyncio.sleep(0.02)
        await running
        assert lowered
        await pool.answer(Question("ASK {}", "json"), timeout=20)
        assert pool.processes() == [worker]
        assert max(priorities(worker)) == usual

    run_apart(attempt())


def test_a_new_generation_is_answered_from_without_disturbing_who_is_reading(
    tmp_path: Path,
) -> None:
    with new_store(tmp_path / "s") as store:
        put(store, *(form_graph(str(n), project=str(n)) for n in range(30)))
        question = Question("SELECT ?s { ?s a <https://w3id.org/perfkg/def#Form> }", "csv")

        async def attempt() -> None:
            before = await store.answer(question, timeout=20)
            running = asyncio.create_task(store.answer(Question(ENDLESS, "json"), timeout=4))
            await asyncio.sleep(0.5)
            await asyncio.to_thread(put, store, form_graph("b", project="b"))
            after = await store.answer(question, timeout=20)
            assert (before.told.rows, after.told.rows) == (30, 31)
            assert after.told.generation == before.told.generation + 1 == store.generation.number
            with pytest.raises(QueryTimeout):
                await running

        run_apart(attempt())


def test_a_store_that_serves_keeps_spare_workers(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        store.prepare(PoolSize(workers=2, spare=1))
        deadline = time.monotonic() + 20
        while store.figures().workers < 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert store.figures().workers == 1


def test_a_priority_that_falls_at_any_moment_mixes_up_no_answers(pool: QueryPool) -> None:
    async def attempt() -> None:
        await pool.answer(Question("ASK {}", "json"), timeout=20)
        over = threading.Event()

        def lower() -> None:
            while not over.is_set():
                for worker in pool.processes():
                    for task in Path(f"/proc/{worker}/task").glob("*"):
                        if int(task.name) != worker:
                            with suppress(OSError):
                                os.setpriority(os.PRIO_PROCESS, int(task.name), 1)

        lowering = threading.Thread(target=lower)
        lowering.start()
        try:
            for number in range(300):
                question = Question(f"SELECT ({number} AS ?x) {{}}", "csv")
                written = await pool.answer(question, timeout=20)
                assert content(written) == f"x\r\n{number}\r\n".encode()
        finally:
            over.set()
            lowering.join()

    run_apart(attempt())
