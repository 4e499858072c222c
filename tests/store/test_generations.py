"""Readers and writers side by side."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from perfkg.errors import StoreBusy
from perfkg.namespaces import PK
from perfkg.store import EmbeddedStore, Store

from .support import column, dumped, form_graph, new_store, put

VALUES = f"SELECT DISTINCT ?v {{ ?form <{PK}annualRequest> ?v }}"
READER = f"""
import sys
from contextlib import suppress
from pathlib import Path
from perfkg.store.snapshot import Snapshot
snapshot = Snapshot(Path(sys.argv[1]))
for line in sys.stdin:
    print(snapshot.generation.number, snapshot.query("{VALUES}").rows[0][0].value, flush=True)
"""


def numbers(folder: Path) -> list[str]:
    return sorted(entry.name for entry in (folder / "generations").iterdir())


def write_nothing(store: Store) -> None:
    with store.write():
        pass


def test_a_commit_keeps_one_generation_when_nobody_reads(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for value in "1234":
        put(store, form_graph(value=value))
    write_nothing(store)
    assert numbers(tmp_path) == ["5"]


def test_a_reader_keeps_the_generation_that_it_has_opened(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    put(store, form_graph(value="1"))
    old = store.snapshot()
    for value in "23":
        put(store, form_graph(value=value))
    assert old.generation.number == 2
    assert old.query(VALUES) != store.query(VALUES)
    write_nothing(store)
    assert numbers(tmp_path) == ["2", "4"]
    del old
    write_nothing(store)
    assert numbers(tmp_path) == ["4"]


def test_a_reader_in_another_process_keeps_its_generation(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    put(store, form_graph(value="1"))
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for value in "123":
            put(store, form_graph(value=value))
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "2 1\n"
        write_nothing(store)
        assert numbers(tmp_path) == ["2", "4"]
        reader.stdin.close()
    write_nothing(store)
    assert numbers(tmp_path) == ["4"]


def test_readers_move_on_to_the_new_generation(store: Store) -> None:
    for value in "123":
        put(store, form_graph(value=value))
        for timeout in (None, 10.0):
            assert column(store, VALUES, timeout) == column(store, VALUES)
            assert f'"{value}"' in column(store, VALUES, timeout)[0]


def test_readers_see_one_state_or_the_other_while_a_writer_works(store: Store) -> None:
    put(store, *(form_graph(str(n), value="0") for n in range(20)))
    seen: list[list[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(column(store, VALUES))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for value in range(1, 6):
        put(store, *(form_graph(str(n), value=str(value)) for n in range(20)))
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(len(values) == 1 for values in seen)


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    first, second = new_store(tmp_path), new_store(tmp_path)
    with first.write() as writer:
        thread = threading.Thread(target=put, args=(second, form_graph("b")))
        thread.start()
        writer.put(form_graph("a"))
    thread.join()
    assert first.generation.number == 3
    assert len(column(first, f"SELECT ?f {{ ?f a <{PK}Form> }}")) == 2


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path) -> None:
    first = new_store(tmp_path)
    second = EmbeddedStore(tmp_path, lock_timeout=0.05)
    with first.write(), pytest.raises(StoreBusy, match="another process is writing"):
        put(second, form_graph())
    assert put(second, form_graph()) == ["added"]


def test_what_a_dead_writer_left_is_removed_and_its_number_not_used_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    put(store, form_graph())
    for name in ("work-3-x/db", "3/db", "7", "old-1/db"):
        (tmp_path / "generations" / name).mkdir(parents=True)
    before = dumped(store)
    assert store.generation.number == 2
    write_nothing(store)
    assert numbers(tmp_path) == ["2"]
    assert dumped(store) == before
    put(store, form_graph(value="2"))
    assert store.generation.number == 8


def test_a_generation_is_never_written_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    put(store, *(form_graph(str(n)) for n in range(50)))
    old = store.snapshot()
    files = {
        file: (file.stat().st_size, file.stat().st_mtime_ns)
        for file in (tmp_path / "generations" / "2").rglob("*")
        if file.is_file()
    }
    store.query("SELECT * { ?s ?p ?o }", timeout=10)
    for value in "234":
        put(store, *(form_graph(str(n), value=value) for n in range(50)))
    assert files == {
        file: (file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.exists()
    }
    assert old.generation.number == 2


def test_a_database_held_after_the_commit_cannot_touch_what_was_published(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as writer:
        writer.put(form_graph("1", "d1", value="1"))
        held = writer.database
    published = [path for path in store.path.rglob("db/*") if path.is_file()]
    with suppress(OSError):  # its own files are gone
        held.optimize()
    assert all(path.is_file() for path in published)
    assert len(column(EmbeddedStore(store.path), VALUES)) == 1
