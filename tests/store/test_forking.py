"""Workers that are forked from a template: as good as new ones, and gone when they must be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from perfkg import forking
from perfkg.processes import Died, WorkerProcess
from perfkg.store import AskResult, PoolSize
from perfkg.store.worker import Fetch, Reply
from perfkg.store.workers import QueryPool

from .support import form_graph, new_store, put
from .test_workers import ends_soon, is_alive

pytestmark = pytest.mark.skipif(not forking.is_possible(), reason="needs pidfd (Linux 5.3)")
MODULE = "perfkg.store.worker"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    with new_store(folder) as store:
        put(store, form_graph("1", project="1"))
    return folder


@pytest.fixture
def template() -> Iterator[forking.Template]:
    template = forking.Template(MODULE)
    yield template
    template.close()


def worker_of(template: forking.Template, folder: Path) -> WorkerProcess:
    worker = WorkerProcess(MODULE, str(folder), memory=2 << 30, starter=template)
    assert isinstance(worker.receive(30), Reply)
    return worker


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_workers_are_forked_from_one_template(template: forking.Template, folder: Path) -> None:
    workers = [worker_of(template, folder) for _ in range(3)]
    assert {parent(worker.pid) for worker in workers} == {template.pid}
    for worker in workers:
        worker.send(Fetch("ASK {}", 5, None, {}))
        reply = worker.receive(20)
        assert isinstance(reply, Reply)
        assert reply.found == AskResult(True)
        worker.discard()
        assert worker.is_gone()


def test_a_template_has_no_thread_that_a_fork_would_miss(
    template: forking.Template, folder: Path
) -> None:
    worker_of(template, folder).discard()
    assert len(list(Path(f"/proc/{template.pid}/task").iterdir())) == 1


def test_a_worker_that_is_stopped_is_told_of_at_once_and_leaves_no_trace(
    template: forking.Template, folder: Path
) -> None:
    worker = worker_of(template, folder)
    worker.stop()
    with pytest.raises(Died):
        worker.receive(None)
    worker.discard()
    assert ends_soon(worker.pid)
    template.close()
    assert not Path(f"/proc/{worker.pid}").exists()


def test_a_template_that_was_killed_is_replaced(template: forking.Template, folder: Path) -> None:
    first = worker_of(template, folder)
    before = template.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    second = worker_of(template, folder)
    assert parent(second.pid) == template.pid != before
    # Who forked it is gone, and nobody would end it when the service dies.
    assert ends_soon(first.pid)
    for worker in (first, second):
        worker.discard()


def test_after_its_end_a_template_forks_no_more(template: forking.Template, folder: Path) -> None:
    pid = worker_of(template, folder).pid
    template.close()
    assert template.pid is None
    assert ends_soon(pid)
    with pytest.raises(Died):
        worker_of(template, folder)


def test_a_pool_that_is_closed_leaves_neither_workers_nor_template(folder: Path) -> None:
    pool = QueryPool(folder, PoolSize(workers=2))
    pool.query("ASK {}", timeout=20)
    (worker,) = pool.processes()
    template = parent(worker)
    pool.close()
    assert not is_alive(worker)
    assert not Path(f"/proc/{template}").exists()


LEFT_OPEN = """
import sys
from pathlib import Path
from perfkg.store import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]))
print(store.query("ASK {}", timeout=20).value)
"""


def test_a_program_that_leaves_a_store_open_ends_in_silence(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LEFT_OPEN, str(folder)], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")


def test_without_descriptors_of_processes_workers_are_started_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "pidfd_open", refused)
    pool = QueryPool(folder, PoolSize(workers=1))
    assert pool.query("ASK {}", timeout=20) == AskResult(True)
    (worker,) = pool.processes()
    assert parent(worker) == os.getpid()
    pool.close()
    assert not is_alive(worker)
