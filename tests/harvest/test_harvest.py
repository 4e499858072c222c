"""Many files read by several processes: each once, in order, whatever happens to a process."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import SCHOOL, Commands

import perfkg
from perfkg.errors import StoreError
from perfkg.harvest import (
    Alone,
    Crew,
    Harvested,
    Harvester,
    MappedFile,
    Place,
    SideBySide,
    folder_at,
    harvest,
)
from perfkg.harvest.files import CODE_AND_DATA
from perfkg.harvest.notebook import Notebook
from perfkg.harvest.shards import Shards, key_of, read_back, read_shard, write_shard
from perfkg.readers.limits import DEFAULT_LIMITS

BASE = "https://example.org/"
HARVESTER = Harvester(BASE, DEFAULT_LIMITS)
TEXT = SCHOOL.read_text("utf-8")


def test_every_file_that_decides_what_is_read_is_part_of_the_mark() -> None:
    package = Path(perfkg.__file__).parent
    rooms = [package / name for name in ("readers", "forms", "graph")]
    endings = {f.suffix for room in rooms for f in room.rglob("*") if "__pycache__" not in f.parts}
    assert {".py", ".txt"} <= endings - {""} <= CODE_AND_DATA


def test_a_shard_that_cannot_be_read_back_is_told_and_ends_the_ingest(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.nt\.gz"):
        read_back(folder_at(tmp_path), "gone.nt.gz")


def _crew(workers: int) -> Crew:
    return Alone() if workers == 1 else SideBySide(workers)


def _files(folder: Path, count: int) -> list[Path]:
    """Write files of two forms each, no two alike."""
    folder.mkdir()
    paths = []
    for number in range(count):
        path = folder / f"{number:03}.txt"
        path.write_text(TEXT.replace("云岭县", f"第{number}县"), "utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("is_kept", [False, True])
def test_any_number_of_processes_gives_the_same_in_the_order_of_the_files(
    tmp_path: Path, workers: int, is_kept: bool
) -> None:
    paths = _files(tmp_path / "forms", 40)
    missing = tmp_path / "missing.txt"
    shards = folder_at(tmp_path / "shards") if is_kept else None
    found = list(harvest([*paths, missing], HARVESTER, crew=_crew(workers), shards=shards))
    assert [item.place for item in found] == [*paths, missing]
    assert [item.file for item in found] == [HARVESTER.file(path) for path in (*paths, missing)]
    assert found[-1].file is not None
    assert found[-1].file.problems


def test_a_file_with_the_bytes_of_another_is_read_once(tmp_path: Path) -> None:
    paths = _files(tmp_path / "forms", 3)
    double = tmp_path / "forms" / "again.txt"
    double.write_bytes(paths[1].read_bytes())
    found = list(harvest([*paths, double], HARVESTER))
    assert found[-1] == Harvested(double, None, same_as=paths[1])
    assert all(item.file is not None for item in found[:-1])


@dataclass(frozen=True, slots=True)
class _Deadly(Harvester):
    """Ends its process at a file called `deadly`."""

    def file(self, place: Place) -> MappedFile:
        if place.name == "deadly.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return Harvester(self.base, self.limits).file(place)


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_file_that_ends_the_process_is_told_and_no_other_is_lost(
    tmp_path: Path, is_kept: bool
) -> None:
    paths = _files(tmp_path / "forms", 40)
    deadly = tmp_path / "forms" / "deadly.txt"
    deadly.write_text(TEXT, "utf-8")
    order = [*paths[:20], deadly, *paths[20:]]
    shards = folder_at(tmp_path / "shards") if is_kept else None
    reader = _Deadly(BASE, DEFAULT_LIMITS)
    results = harvest(order, reader, crew=SideBySide(2), shards=shards)
    found = {item.place: item.file for item in results}
    assert list(found) == order
    lost = found.pop(deadly)
    assert lost is not None
    assert lost.forms == ()
    assert "意外终止" in lost.problems[0].message.zh
    assert [file and len(file.forms) for file in found.values()] == [2] * 40


def test_a_shard_gives_back_what_was_put_in(tmp_path: Path) -> None:
    paths = [*_files(tmp_path / "forms", 3), tmp_path / "missing.txt"]
    files = [HARVESTER.file(path) for path in paths]
    folder = folder_at(tmp_path)
    keys = [_key(path) for path in paths[:3]]
    name = write_shard(folder, [*keys, None], files)
    assert read_shard(folder, name) == files
    notes = Notebook()
    shards = Shards(folder, notes)
    assert len(notes) == 3
    assert shards.get(_key(paths[2])) == files[2]
    paths[2].write_text("something else", "utf-8")
    assert _key(paths[2]) not in shards
    elsewhere = Harvester("https://example.org/other/", DEFAULT_LIMITS)
    assert _key(paths[1], elsewhere) not in shards


def _key(path: Path, harvester: Harvester = HARVESTER) -> str:
    return key_of(path, hashlib.sha256(path.read_bytes()).hexdigest(), harvester)


@pytest.mark.parametrize("left", [0, 10, 300, -20])
def test_a_damaged_shard_is_read_again_from_the_files(tmp_path: Path, left: int) -> None:
    paths = _files(tmp_path / "forms", 3)
    shards = tmp_path / "shards"
    before = [item.file for item in harvest(paths, HARVESTER, shards=folder_at(shards))]
    (place,) = shards.iterdir()
    place.write_bytes(place.read_bytes()[:left])
    again = list(harvest(paths, HARVESTER, shards=folder_at(shards)))
    assert [item.file for item in again] == before
    assert not any(item.is_kept for item in again)


def test_an_ingest_that_was_killed_goes_on_where_it_was(perfkg: Commands) -> None:
    _files(perfkg.folder / "forms", 100)
    command = [sys.executable, "-m", "perfkg", "ingest", "forms", "--store", "s", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=perfkg.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        reading = perfkg.folder / "s" / "reading"
        while len(list(reading.glob("*.nt.gz"))) < 1:
            assert child.poll() is None
            time.sleep(0.01)
        child.kill()
    with_shards = perfkg("ingest", "forms", "--store", "s").done()
    kept = re.search(r"上次中断前已读，未重读: (\d+)", with_shards.out)
    assert kept
    assert int(kept[1]) in (32, 64, 96)
    assert not reading.exists()
    perfkg("ingest", "forms", "--store", "whole").done()
    dumps = [perfkg("export", "--format", "nt", "--store", name).data for name in ("s", "whole")]
    assert dumps[0] == dumps[1]


def test_the_summary_of_an_ingest_with_doubles_adds_up(perfkg: Commands) -> None:
    (first, *_) = _files(perfkg.folder / "forms", 2)
    (perfkg.folder / "forms" / "zz.txt").write_bytes(first.read_bytes())
    run = perfkg("ingest", "forms", "--store", "s").done()
    assert "文件 3 个：读入 2，跳过 1，未读入 0；表格 4 张" in run.out
    assert "跳过的，与另一文件相同: 1" in run.out
    assert "新增: 4" in run.out
