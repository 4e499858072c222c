"""Reading on a Dask cluster: the same bytes as on one machine, whatever happens to a worker."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers import SCHOOL, Commands

from perfkg.errors import ClusterError
from perfkg.harvest import Address, Harvester, MappedFile, Place, find_places, folder_at, harvest
from perfkg.harvest.cluster import Cluster
from perfkg.harvest.folders import Folder
from perfkg.ingest import FileReport, IngestReport, ingest
from perfkg.readers.limits import DEFAULT_LIMITS
from perfkg.store import Store, open_store

distributed = pytest.importorskip("distributed")
if TYPE_CHECKING:
    from distributed import LocalCluster

pytestmark = [
    pytest.mark.timeout(300),
    # Dask's own: it closes its connections late.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

TEXT = SCHOOL.read_text("utf-8")
BUCKET = "forms"


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    """An S3 service on this machine, which this process and the workers know."""
    server_of = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    wanted = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    yield
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value
    server.stop()


@pytest.fixture(scope="module")
def cluster(s3: None) -> Iterator[LocalCluster]:  # noqa: ARG001
    """Three workers, each a process of its own that is started again when it dies."""
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=3,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as running,
    ):
        yield running


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Hundred files, among them a double, an empty one and one that is no form."""
    folder = tmp_path / "forms"
    folder.mkdir()
    for number in range(97):
        text = TEXT.replace("云岭县", f"第{number}县")
        (folder / f"{number:03}.txt").write_text(text, "utf-8")
    (folder / "double.txt").write_bytes((folder / "005.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 8)
    return folder


def _dump(store: Store) -> bytes:
    out = io.BytesIO()
    store.dump(out, "nt")
    return out.getvalue()


def _counts(report: IngestReport) -> tuple[int, ...]:
    return report.found, report.read, report.doubles, report.failed, report.forms


def _locally(folder: Path, forms: Path) -> bytes:
    with open_store(folder / "local", create=True) as store:
        assert _counts(ingest(store, find_places([forms]))) == (100, 97, 1, 2, 194)
        return _dump(store)


def _through(
    running: LocalCluster, store: Store, source: Place, shards: Folder | None, **how: Any
) -> IngestReport:
    first = next(find_places([source]))
    with Cluster(running.scheduler_address, shards, first) as crew:
        return ingest(store, find_places([source]), crew=crew, shards=shards, is_far=True, **how)


def test_a_cluster_of_which_a_worker_is_killed_gives_the_bytes_that_one_process_gives(
    cluster: LocalCluster, tmp_path: Path, forms: Path
) -> None:
    with distributed.Client(cluster, set_as_default=False) as client:
        pids = sorted(client.run(os.getpid).values())
    done: list[FileReport] = []

    def kill_one(file: FileReport) -> None:
        done.append(file)
        if len(done) == 10:
            os.kill(pids[0], signal.SIGKILL)

    shards = folder_at(tmp_path / "shards")
    with open_store(tmp_path / "store", create=True) as store:
        report = _through(cluster, store, forms, shards, tell=kill_one)
        assert _counts(report) == (100, 97, 1, 2, 194)
        assert _dump(store) == _locally(tmp_path, forms)
    assert not (tmp_path / "shards").exists()


@dataclass(frozen=True, slots=True)
class Deadly(Harvester):
    """Ends its process at a file called `deadly`."""

    def file(self, place: Place) -> MappedFile:
        if place.name == "deadly.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return Harvester(self.base, self.limits).file(place)


def test_a_file_that_ends_every_worker_is_told_and_no_other_is_lost(
    cluster: LocalCluster, forms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (forms / "deadly.txt").write_text(TEXT, "utf-8")
    paths = list(find_places([forms]))[60:]
    # The workers find the class by its module.
    here = str(Path(__file__).parent)
    with distributed.Client(cluster, set_as_default=False) as client:
        client.run(sys.path.append, here)
        client.register_plugin(_Path(here))
    monkeypatch.setattr(Deadly, "__module__", "test_cluster")
    reader = Deadly("https://example.org/", DEFAULT_LIMITS)
    with Cluster(cluster.scheduler_address) as crew:
        found = {item.place: item for item in harvest(paths, reader, crew=crew)}
    assert list(found) == paths
    lost = found.pop(forms / "deadly.txt").file
    assert lost is not None
    assert lost.forms == ()
    assert "意外终止" in lost.problems[0].message.zh
    read = [item.file for item in found.values() if item.file and item.file.forms]
    assert len(read) == 97 - 60 + 1  # the first of two alike is not among the files


class _Path(distributed.WorkerPlugin):  # type: ignore[misc, name-defined]
    """Lets a worker that is started again find this module."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def setup(self, worker: object) -> None:  # noqa: ARG002
        sys.path.append(self.folder)


def test_forms_and_shards_may_be_in_s3(cluster: LocalCluster, tmp_path: Path, forms: Path) -> None:
    import s3fs

    files = s3fs.S3FileSystem()
    files.mkdir(BUCKET)
    files.put(str(forms), f"{BUCKET}/2024", recursive=True)
    shards = folder_at(Address(f"s3://{BUCKET}/shards"))
    with open_store(tmp_path / "store", create=True) as store:
        report = _through(cluster, store, Address(f"s3://{BUCKET}/2024"), shards)
        assert _counts(report) == (100, 97, 1, 2, 194)
        assert _dump(store) == _locally(tmp_path, forms)
    files.invalidate_cache()
    assert not files.exists(f"{BUCKET}/shards")


def test_the_command_reads_with_a_cluster(
    cluster: LocalCluster, perfkg: Commands, forms: Path
) -> None:
    address = cluster.scheduler_address
    run = perfkg("ingest", forms, "--store", "s", "--scheduler", address)
    assert run.status == 1  # two of the files cannot be read
    assert "文件 100 个：读入 97，跳过 1，未读入 2；表格 194 张" in run.out
    assert "empty.txt" in run.err
    assert not (perfkg.folder / "s" / "reading").exists()
    again = perfkg("ingest", forms, "--store", "s", "--scheduler", address)
    assert "跳过的，库中已有: 97" in again.out


def test_what_an_interrupted_cluster_read_is_not_read_again(
    cluster: LocalCluster, tmp_path: Path, forms: Path
) -> None:
    shards = folder_at(tmp_path / "shards")

    def stop(file: FileReport) -> None:
        if file.place.name == "096.txt":
            raise KeyboardInterrupt

    with open_store(tmp_path / "store", create=True) as store:
        with pytest.raises(KeyboardInterrupt):
            _through(cluster, store, forms, shards, tell=stop)
        report = _through(cluster, store, forms, shards)
        assert report.kept == 99  # what cannot be read is not tried again either
        assert _counts(report) == (100, 97, 1, 2, 194)
        assert _dump(store) == _locally(tmp_path, forms)


# What is wrong is told ----------------------------------------------------------------------


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"perfkg\[dask\]"):
        Cluster("tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there_is_told(
    perfkg: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perfkg.harvest.cluster._CONNECT", 0.5)
    run = perfkg("ingest", SCHOOL, "--store", "s", "--scheduler", "tcp://127.0.0.1:9")
    assert run.status == 1
    assert "无法连接 Dask 调度器" in run.err
    assert "dask scheduler" in run.err


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perfkg.harvest.cluster._CONNECT", 2.0)
    with (
        distributed.LocalCluster(
            n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
        ) as empty,
        pytest.raises(ClusterError, match="no worker"),
    ):
        Cluster(empty.scheduler_address)


def test_a_folder_of_shards_that_only_this_process_sees_is_told(cluster: LocalCluster) -> None:
    with pytest.raises(ClusterError, match="--shards"):
        Cluster(cluster.scheduler_address, folder_at(Address("memory://shards")))


def test_files_that_only_this_process_sees_are_told(cluster: LocalCluster) -> None:
    import fsspec

    fsspec.filesystem("memory").pipe_file("/only/here.txt", TEXT.encode())
    with pytest.raises(ClusterError, match="does not see the files"):
        Cluster(cluster.scheduler_address, None, Address("memory:///only/here.txt"))


_WORKER = """
import asyncio, sys
sys.modules["perfkg"] = None
from distributed import Worker

async def work():
    async with Worker(sys.argv[1], nthreads=1, dashboard=False) as worker:
        await worker.finished()

asyncio.run(work())
"""


def test_a_worker_without_perfkg_is_told() -> None:
    with distributed.LocalCluster(
        n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
    ) as empty:
        worker = subprocess.Popen(
            [sys.executable, "-c", _WORKER, empty.scheduler_address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with pytest.raises(ClusterError, match="has no perfkg"):
                Cluster(empty.scheduler_address)
        finally:
            worker.kill()
            worker.wait()
