"""The process that reads PDFs: kept for the next file, replaced when lost, never left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from perfkg.errors import DocumentError
from perfkg.harvest import Alone, SideBySide
from perfkg.ingest import FileReport, ingest
from perfkg.readers.limits import MEGABYTE, Limits
from perfkg.readers.pdf import read_pdf, supervision
from perfkg.store import open_store

from .test_pdf import TEXTS, ruled, table_texts, word, write_pdf

PARENT = """
import sys
from pathlib import Path
from perfkg.reading import read_file
read_file(Path(sys.argv[1]))
print("read", flush=True)
if sys.argv[2] == "busy":
    read_file(Path(sys.argv[3]))
sys.stdin.read()
"""


def readers_of(parent: int) -> set[int]:
    """The processes that a process has started to read PDFs."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            is_reader = b"pdf.worker" in (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if is_reader and state[0] != "Z" and int(state[1]) == parent:
            found.add(int(folder.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def all_end_soon(processes: set[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_alive, processes))


def read(content: str = "") -> list[list[str]]:
    return table_texts(read_pdf(write_pdf([content or ruled(TEXTS)]), "form.pdf")[0])


def test_one_process_reads_file_after_file_whatever_is_wrong_with_them() -> None:
    read()
    before = readers_of(os.getpid())
    assert len(before) == 1
    with pytest.raises(DocumentError):
        read_pdf(b"%PDF-1.7", "form.pdf")
    assert read() == TEXTS
    assert readers_of(os.getpid()) == before


def test_a_process_that_died_in_its_sleep_is_replaced_without_a_word() -> None:
    read()
    for pid in readers_of(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    assert read() == TEXTS


def test_a_page_that_crashes_the_process_is_named_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervision, "_MODULE", "tests.readers.crashing")
    data = write_pdf([ruled(TEXTS)] * 5)
    grid, (problem,) = read_pdf(data, "form.pdf", Limits(memory=1000 * MEGABYTE))
    assert table_texts(grid) == TEXTS * 3
    assert problem.severity == "error"
    assert problem.message.zh.startswith("第 2、4 页使读取进程意外终止")


def test_a_process_without_the_memory_to_start_is_a_problem_that_names_the_setting() -> None:
    with pytest.raises(DocumentError, match="PERFKG_READ_MEMORY"):
        read_pdf(write_pdf([ruled(TEXTS)]), "form.pdf", Limits(memory=20 * MEGABYTE))


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, state: str) -> None:
    small, endless = tmp_path / "small.pdf", tmp_path / "endless.pdf"
    small.write_bytes(write_pdf([word(100, 700, "页")]))
    endless.write_bytes(write_pdf(["q Q " * 3_000_000]))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(small), state, str(endless)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "read\n"
        started = readers_of(parent.pid)
        assert len(started) == 1
        time.sleep(0.2)
        parent.kill()
    assert all_end_soon(started)


@pytest.mark.parametrize("workers", [1, 2])
def test_pdfs_are_ingested_by_any_number_of_processes(tmp_path: Path, workers: int) -> None:
    for number in range(3):
        (tmp_path / f"{number}.pdf").write_bytes(
            write_pdf([ruled(TEXTS)] * 2) + f"\n% {number}\n".encode()
        )
    (tmp_path / "3.pdf").write_bytes(b"%PDF-1.7 cut off")
    with open_store(tmp_path / "store", create=True) as store:
        files: list[FileReport] = []
        crew = Alone() if workers == 1 else SideBySide(workers)
        paths = sorted(tmp_path.glob("*.pdf"))
        ingest(store, paths, limits=Limits(pages=1), crew=crew, tell=files.append)
    messages = [[problem.message.en for problem in file.problems] for file in files]
    assert [len(found) > 0 for found in messages] == [True] * 4
    assert all("only the first 1 of 2 pages" in " ".join(found) for found in messages[:3])
    assert "damaged" in messages[3][0]
