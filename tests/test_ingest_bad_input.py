"""What goes wrong on real disks: the counts add up, nothing is lost, nothing is counted twice."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import PERFKG, SCHOOL, Commands

from perfkg.harvest import Address, Alone, find_places
from perfkg.harvest.crew import Part, Task, Work
from perfkg.harvest.places import read_place
from perfkg.ingest import FileReport, ingest
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.store import open_store

TEXT = SCHOOL.read_text("utf-8")


def _forms(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        text = TEXT.replace("云岭县", f"第{number}县")
        (folder / f"{number:05}.txt").write_text(text, "utf-8")


def test_links_in_a_loop_are_passed_over_and_told_where_they_are_named(
    perfkg: Commands,
) -> None:
    folder = perfkg.folder / "forms"
    _forms(folder, 2)
    (folder / "inner").mkdir()
    (folder / "inner" / "up").symlink_to(folder)
    (folder / "round").symlink_to("about")
    (folder / "about").symlink_to("round")
    (folder / "nowhere.txt").symlink_to("gone.txt")
    os.mkfifo(folder / "pipe")
    run = perfkg("ingest", folder, "--store", "s").done()
    assert "文件 2 个：读入 2，跳过 0，未读入 0" in run.out
    named = perfkg("ingest", folder, folder / "round", folder / "nowhere.txt", "--store", "t")
    assert named.status == 1
    assert "文件 4 个：读入 2，跳过 0，未读入 2" in named.out
    assert "round: " in named.err
    assert "nowhere.txt: " in named.err


def test_a_file_that_is_named_twice_or_lies_in_two_folders_counts_once(tmp_path: Path) -> None:
    outer, inner = tmp_path / "a", tmp_path / "a" / "b"
    _forms(outer, 2)
    _forms(inner, 1)
    (outer / ".hidden").mkdir()
    hidden = outer / ".hidden" / "h.txt"
    hidden.write_text(TEXT, "utf-8")
    link = tmp_path / "link"
    link.symlink_to(outer)
    one = outer / "00001.txt"
    found = list(find_places([inner, one, one, outer, hidden, inner, link / "00000.txt"]))
    wanted = [inner / "00000.txt", one, outer / "00000.txt", hidden, link / "00000.txt"]
    assert found == wanted


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder of which a file cannot be read and a folder cannot be listed."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # those of pytest are closed to others
        folder = Path(place) / "forms"
        _forms(folder, 2)
        _forms(folder / "closed", 3)
        (folder / "00001.txt").chmod(0)
        (folder / "closed").chmod(0)
        yield folder
        (folder / "closed").chmod(0o755)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Be somebody who may do little, if we are somebody who may do everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_named(locked: Path, tmp_path: Path) -> None:
    read_place(SCHOOL, DEFAULT_LIMITS)  # so that nothing has to be imported as nobody
    with _as_nobody():
        found = list(find_places([locked]))
        read = [read_place(place, DEFAULT_LIMITS) for place in found]
    assert [place.name for place in found] == ["00000.txt", "00001.txt", "closed"]
    assert [len(document.forms) for document in read] == [2, 0, 0]
    assert "Permission denied" in read[1].problems[0].message.en
    assert "No file in this folder was read" in read[2].problems[0].message.en
    with open_store(tmp_path / "store", create=True) as store:
        report = ingest(store, [*found, locked / "gone.txt"], crew=_Nobody())
        assert (report.found, report.read, report.failed) == (4, 1, 3)


class _Nobody(Alone):
    """Reads as somebody who may do little."""

    def results(self, work: Work[Part], tasks: Iterable[Task | None]) -> Iterator[tuple[Part, ...]]:
        for task in tasks:
            with _as_nobody():
                found = () if task is None else work(task)
            yield found


def test_names_that_are_no_text_are_read_and_told(perfkg: Commands) -> None:
    folder = perfkg.folder / "forms"
    _forms(folder, 1)
    strange = os.fsencode(folder) + b"/\xff\xfe.txt"
    Path(os.fsdecode(strange)).write_bytes(b"")
    line = Path(os.fsdecode(os.fsencode(folder) + b"/new\nline.txt"))
    line.write_text(TEXT, "utf-8")
    run = perfkg("ingest", folder, "--store", "s", "--format", "json")
    assert run.status == 1
    told = json.loads(run.out)
    assert (told["found"], told["read"], told["failed"]) == (3, 2, 1)
    assert [file["status"] for file in told["files"] if file["status"] == "failed"] == ["failed"]


def test_a_huge_file_is_left_out_and_the_others_are_read(perfkg: Commands) -> None:
    folder = perfkg.folder / "forms"
    _forms(folder, 2)
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(3 << 30)  # three gigabytes that take no room
    run = perfkg("ingest", folder, "--store", "s")
    assert run.status == 1
    assert "文件 3 个：读入 2，跳过 0，未读入 1" in run.out
    assert "PERFKG_MAX_FILE_SIZE" in run.err


def test_a_disk_that_fills_leaves_the_store_as_it_was_and_the_next_run_goes_on(
    perfkg: Commands,
) -> None:
    _forms(perfkg.folder / "first", 2)
    _forms(perfkg.folder / "many", 200)
    perfkg("ingest", "first", "--store", "s").done()
    before = perfkg("export", "--store", "s").data
    # No file may become larger than this: shards fit, what the store writes does not.
    for most in (20_000, 300_000):
        failed = subprocess.run(
            [PERFKG, "ingest", "many", "--store", "s", "--workers", "1", "--no-validate"],
            cwd=perfkg.folder,
            capture_output=True,
            check=False,
            timeout=100,
            preexec_fn=lambda most=most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        )
        told = failed.stderr.decode()
        assert failed.returncode == 1, told
        assert "错误" in told
        assert "Traceback" not in told
        assert perfkg("export", "--store", "s").data == before
    run = perfkg("ingest", "many", "--store", "s", "--no-validate").done()
    assert "文件 200 个：读入 198，跳过 2，未读入 0" in run.out
    assert "上次中断前已读，未重读" in run.out
    perfkg("ingest", "many", "--store", "whole", "--no-validate").done()
    dumps = [perfkg("export", "--store", name).data for name in ("s", "whole")]
    assert dumps[0] == dumps[1]


def test_files_of_any_file_system_that_fsspec_knows_are_read(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    for number in range(3):
        text = TEXT.replace("云岭县", f"第{number}县")
        files.pipe_file(f"/ingest/2024/{number}.txt", text.encode())
    files.pipe_file("/ingest/2024/.hidden.txt", TEXT.encode())
    places = [Address("memory:///ingest"), Address("memory:///ingest/gone.txt")]
    told: list[FileReport] = []
    with open_store(tmp_path / "store", create=True) as store:
        report = ingest(store, find_places(places), tell=told.append)
        assert (report.read, report.failed, report.forms) == (3, 1, 6)
        assert ingest(store, find_places(places[:1])).stored == 3


def test_a_file_elsewhere_that_is_too_large_is_told_and_has_no_checksum() -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe_file("/large.txt", TEXT.encode())
    read = read_place(Address("memory:///large.txt"), Limits(file_size=1024))
    assert read.document.sha256 == ""
    assert [problem.severity for problem in read.problems] == ["error"]
    assert "PERFKG_MAX_FILE_SIZE" in read.problems[0].message.zh


def test_a_file_here_whose_name_reads_like_an_address_is_read(perfkg: Commands) -> None:
    (perfkg.folder / "simple::2024.txt").write_text(TEXT, "utf-8")
    run = perfkg("ingest", "simple::2024.txt", "--store", "s").done()
    assert "文件 1 个：读入 1" in run.out


_MEASURE = """
import resource, sys
from perfkg.cli import main
try:
    main()
finally:
    sys.stderr.write(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
"""


def _peak(perfkg: Commands, *arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *arguments],
        cwd=perfkg.folder,
        capture_output=True,
        check=False,
        timeout=280,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    return int(done.stderr.decode().rpartition("peak ")[2])


@pytest.mark.timeout(300)
def test_the_memory_of_an_ingest_does_not_grow_with_the_number_of_files(perfkg: Commands) -> None:
    """Tiny files that are no forms: each is found, looked at, read, told and counted."""
    peaks = []
    for count in (1_000, 20_000):
        folder = perfkg.folder / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:06}.txt").write_text(f"第{number}号", "utf-8")
        arguments = ("ingest", str(count), "--store", f"s{count}", "--no-validate")
        peaks.append(_peak(perfkg, *arguments, "--format", "json", "--workers", "1"))
    small, large = peaks
    assert large - small < 24_000, peaks  # kilobytes: a report kept of each file takes more


def test_nothing_read_is_not_told_as_nothing_found(perfkg: Commands) -> None:
    run = perfkg("ingest", "gone.docx")
    assert run.status == 1
    assert "文件 1 个：读入 0，跳过 0，未读入 1" in run.out
    assert "检查：没有可检查的表格" in run.out
    again = perfkg("validate").done()
    assert "没有可检查的表格" in again.err
    assert "没有发现问题" not in run.out + again.err


def test_a_folder_without_files_or_in_the_place_of_a_file_is_named(perfkg: Commands) -> None:
    (perfkg.folder / "2024").mkdir()
    ingested = perfkg("ingest", "2024")
    assert (ingested.status, ingested.err.split(": ")[0]) == (2, "错误 2024")
    for name in ("2024", "."):
        parsed = perfkg("parse", name)
        assert parsed.status == 1
        assert f"错误 {name}: 这是文件夹" in parsed.err
        assert "perfkg ingest" in parsed.err
