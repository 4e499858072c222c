"""The directory of the pages: what it counts, where it is kept, and what pages show without it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from helpers import SCHOOL, Commands

from perfkg.namespaces import PREFIXES
from perfkg.server.browse import asking, keeping, making
from perfkg.server.browse.directory import Directory
from perfkg.server.browse.filing import key_of, write_directory
from perfkg.server.browse.gathering import Gathered, gather
from perfkg.settings import Settings
from perfkg.store import open_store
from perfkg.store.base import Store
from perfkg.validation.findings import SEVERITIES

from .conftest import Serve

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def gathered(demo_store: Path) -> Gathered:
    snapshot = open_store(demo_store).snapshot()

    def ask(text: str) -> Iterator[tuple[str, ...]]:
        for row in snapshot.database.query(text, prefixes=PREFIXES):  # type: ignore[union-attr]
            yield tuple(asking.text_of(term) for term in row)

    return gather(ask, Settings().identity.validation_graph)


@pytest.fixture(scope="module")
def directory(gathered: Gathered, tmp_path_factory: pytest.TempPathFactory) -> Directory:
    file = tmp_path_factory.mktemp("directory") / "d.sqlite"
    write_directory(file, gathered, "stamp")
    return Directory(file, 1)


def test_every_count_of_the_board_is_what_counting_the_findings_gives(
    gathered: Gathered, directory: Directory
) -> None:
    board, forms = directory.board, gathered.forms
    kinds = board.kinds
    assert len(kinds) > 10
    departments = ["", *board.departments]
    for department, some in itertools.product(
        departments, [kinds, kinds[:3], *[[k] for k in kinds]]
    ):
        own = {
            number
            for number, form in enumerate(forms)
            if not department or key_of(form.department or form.unit) == department
        }
        found = [
            finding
            for finding in gathered.findings
            if (finding.rule, finding.rank) in some and (not department or own & set(finding.forms))
        ]
        ranks, about = board.tally(some, department)
        expected = [sum(one.rank == rank for one in found) for rank in range(len(SEVERITIES))]
        assert [ranks[rank] for rank in range(len(SEVERITIES))] == expected
        assert about == len(own & {form for finding in found for form in finding.forms})
        listed = directory.findings(some, department)
        assert [entry.iri for entry in listed[:]] == [finding.iri for finding in found]
        assert [entry.iri for entry in listed[1:4]] == [finding.iri for finding in found[1:4]]


def test_a_department_that_nobody_knows_has_no_findings(directory: Directory) -> None:
    kinds = directory.board.kinds
    assert list(directory.findings(kinds, "nobody")) == []
    assert directory.board.tally(kinds, "nobody") == ({}, 0)


def test_rows_are_fetched_from_either_end_and_beyond(directory: Directory) -> None:
    rows = directory.things("indicators")
    every = list(rows)
    assert len(every) == len(rows) > 20
    assert rows[-1] == every[-1]
    assert rows[3:7] == every[3:7]
    assert rows[len(rows) :] == []
    with pytest.raises(IndexError):
        rows[len(rows)]


def _forms(client: httpx.Client) -> str:
    return client.get("/forms", headers=BROWSER).raise_for_status().text


def test_a_directory_is_kept_beside_its_generation_and_found_again(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    copytree(demo_store, tmp_path / "s")
    for known in tmp_path.glob(f"s/generations/*/{making.NAME}"):
        known.unlink()
    before = _forms(serve(tmp_path / "s"))
    (file,) = tmp_path.glob(f"s/generations/*/{making.NAME}*")
    made = file.stat()
    assert _forms(serve(tmp_path / "s")) == before
    assert file.stat() == made


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 4_000])
def test_a_damaged_directory_is_made_anew(
    serve: Serve, demo_store: Path, tmp_path: Path, content: bytes
) -> None:
    copytree(demo_store, tmp_path / "s")
    number = open_store(tmp_path / "s").generation.number
    file = tmp_path / "s" / "generations" / str(number) / making.NAME
    file.write_bytes(content)
    assert "测绘成果管理" in _forms(serve(tmp_path / "s"))
    assert Directory(file, number).totals.forms == 10


def test_a_process_of_its_own_makes_the_same_directory(
    serve: Serve, demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = _forms(serve(demo_store))
    copytree(demo_store, tmp_path / "s")
    for known in tmp_path.glob(f"s/generations/*/{making.NAME}"):
        known.unlink()
    monkeypatch.setattr(making, "SMALL", -1)
    monkeypatch.setattr(keeping, "PATIENCE", 60.0)
    assert _forms(serve(tmp_path / "s")) == usual


class _Elsewhere:
    """A store that is no folder of this machine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_the_directory_of_a_store_elsewhere_is_kept_nowhere(
    demo_store: Path, tmp_path: Path
) -> None:
    job = making.Job(Settings().identity.validation_graph, tmp_path)
    with open_store(demo_store) as store:
        elsewhere: Any = _Elsewhere(store)
        assert making.start(elsewhere) is None
        made = making.make(elsewhere, job, None)
    assert made.totals.forms == len(made.forms()) == 10
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let directories be made only when the event is set."""
    go, make = threading.Event(), making.make

    def made(*arguments: Any) -> Directory:
        assert go.wait(60)
        return make(*arguments)

    monkeypatch.setattr(making, "make", made)
    monkeypatch.setattr(making, "SMALL", -1)
    monkeypatch.setattr(making, "start", lambda _: None)
    monkeypatch.setattr(keeping, "PATIENCE", 0.1)
    yield go
    go.set()


def test_until_there_is_a_directory_pages_show_what_there_is_and_come_again(
    serve: Serve, demo_store: Path, slow: threading.Event
) -> None:
    client = serve(demo_store)
    home = client.get("/", headers=BROWSER)
    assert home.status_code == 200
    assert "目录正在整理" in home.text
    assert "偏低的满意度指标值" in home.text
    assert 'class="figures"' not in home.text
    assert home.headers["refresh"]
    assert home.headers["cache-control"] == "no-store"
    for path in ("/forms", "/validation", "/projects", f"/search?q={quote('满意')}"):
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 503, path
        assert answer.headers["retry-after"] == answer.headers["refresh"]
        assert "正在整理目录" in answer.text
    assert client.get("/queries/lowest-satisfaction", headers=BROWSER).status_code == 200
    slow.set()
    _until(lambda: "测绘成果管理" in client.get("/forms", headers=BROWSER).text)
    assert client.get("/", headers=BROWSER).headers["etag"]


def test_after_a_write_pages_show_the_state_before_until_the_new_directory_is_there(
    serve: Serve, perfkg: Commands, tmp_path: Path, slow: threading.Event
) -> None:
    store = tmp_path / "s"
    perfkg("ingest", SCHOOL, "--store", store)
    client = serve(store)
    slow.set()
    _until(lambda: client.get("/forms", headers=BROWSER).status_code == 200)
    before = _forms(client)
    slow.clear()
    later = tmp_path / "b.txt"
    later.write_text(SCHOOL.read_text("utf-8").replace("农村公路养护", "乡村道路养护"), "utf-8")
    perfkg("ingest", later, "--store", store)
    behind = client.get("/forms", headers=BROWSER)
    assert "目录正在整理" in behind.text
    assert "乡村道路养护" not in behind.text
    assert "etag" not in behind.headers
    slow.set()
    _until(lambda: "乡村道路养护" in _forms(client))
    assert "目录正在整理" not in _forms(client)
    assert _forms(client) != before


def test_a_directory_that_cannot_be_made_is_explained_and_tried_again(
    serve: Serve, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Directory:
        raise OSError(28, "No space left on device")

    make = making.make
    monkeypatch.setattr(making, "make", fail)
    client = serve(demo_store)
    answer = client.get("/forms", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert "目录没有建成" in answer.json()["detail_zh"]
    assert answer.json()["detail_en"]
    monkeypatch.setattr(making, "make", make)
    assert "测绘成果管理" in _forms(client)


def _until(holds: Any) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never came about")
