"""Files into the store: the numbers add up, and the same data gives the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import DEMO, SCHOOL, Commands

from perfkg.ingest import FileReport, ingest
from perfkg.reading import find_files
from perfkg.store import open_store
from perfkg.store.base import Outcome

TEXT = SCHOOL.read_text("utf-8")
ROAD = TEXT[TEXT.index("财政项目支出绩效目标申报表", 10) :]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good files, one of them deep, and two bad ones."""
    root = tmp_path / "forms"
    (root / "2023" / "县").mkdir(parents=True)
    (root / "a.txt").write_bytes(DEMO.read_bytes())
    (root / "2023" / "school.txt").write_text(TEXT, "utf-8")
    (root / "2023" / "县" / "road.txt").write_text(ROAD.replace("2023年度", "2022年度"), "gb18030")
    (root / "2023" / "empty.txt").write_bytes(b"")
    (root / "binary.bin").write_bytes(bytes(range(256)) * 4)
    (root / ".hidden.txt").write_text(TEXT, "utf-8")
    return root


def _nt(perfkg: Commands, store: str) -> bytes:
    return perfkg("export", "--format", "nt", "--store", store).done().data


def test_the_summary_adds_up_and_names_what_was_not_read(perfkg: Commands, folder: Path) -> None:
    run = perfkg.process("ingest", folder)
    assert run.status == 1
    numbers = re.search(
        r"文件 (\d+) 个：读入 (\d+)，跳过 (\d+)，未读入 (\d+)；表格 (\d+) 张", run.out
    )
    assert numbers
    assert [int(number) for number in numbers.groups()] == [5, 3, 0, 2, 13]
    assert "新增: 13" in run.out
    assert "empty.txt: " in run.err
    assert "binary.bin: " in run.err
    assert ".hidden" not in run.out + run.err
    assert (perfkg.folder / "perfkg-store").is_dir()


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, folder: Path) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        files: list[FileReport] = []
        report = ingest(store, find_files([folder]), tell=files.append)
        unread = [file.place.name for file in files if not file.is_read]
        assert unread == ["binary.bin", "empty.txt"]
        assert report.outcomes == {Outcome.ADDED: 13}
        assert (report.found, report.read, report.skipped, report.failed) == (5, 3, 0, 2)
        assert not report.is_whole


def test_a_second_time_changes_not_a_byte(perfkg: Commands, folder: Path) -> None:
    perfkg("ingest", folder, "--store", "s")
    first, version = _nt(perfkg, "s"), _version(perfkg, "s")
    again = perfkg("ingest", folder, "--store", "s")
    assert "文件 5 个：读入 0，跳过 3，未读入 2；表格 0 张" in again.out
    assert "跳过的，库中已有: 3" in again.out
    assert _nt(perfkg, "s") == first
    assert _version(perfkg, "s") == version
    assert first.count(b"\n") > 2000


def test_the_order_of_the_files_changes_not_a_byte(perfkg: Commands) -> None:
    perfkg("ingest", DEMO, SCHOOL, "--store", "one").done()
    perfkg("ingest", SCHOOL, "--store", "two").done()
    perfkg("ingest", DEMO, "--store", "two").done()
    assert _nt(perfkg, "one") == _nt(perfkg, "two")


def test_two_workers_give_the_bytes_that_one_gives(perfkg: Commands, folder: Path) -> None:
    one = perfkg("ingest", folder, "--workers", 1, "--store", "one")
    two = perfkg.process("ingest", folder, "--workers", 2, "--store", "two")
    assert one == two
    assert _nt(perfkg, "one") == _nt(perfkg, "two")


def test_a_corrected_file_takes_the_place_of_what_it_said(perfkg: Commands) -> None:
    file = perfkg.folder / "road.txt"
    file.write_text(ROAD, "utf-8")
    perfkg("ingest", file, "--store", "s").done()
    file.write_text(ROAD.replace("大于等于88%", "大于等于93%"), "utf-8")
    run = perfkg("ingest", file, "--store", "s").done()
    assert "更新: 1" in run.out
    rows = perfkg("query", "lowest-satisfaction", "--format", "csv", "--store", "s").done().out
    assert [line.split(",")[0] for line in rows.splitlines()[1:]] == ["93"]
    assert b"88%" not in _nt(perfkg, "s")


def test_the_same_form_from_two_files_is_one_form_with_two_sources(perfkg: Commands) -> None:
    for name in ("a.txt", "b.txt"):
        (perfkg.folder / name).write_text(ROAD + "\n" * (name == "b.txt"), "utf-8")
    run = perfkg("ingest", "a.txt", "b.txt", "--store", "s").done()
    assert "新增: 1" in run.out
    assert "增加来源: 1" in run.out
    count = "SELECT (COUNT(*) AS ?n) { ?f a pk:Form ; prov:hadPrimarySource ?d }"
    answer = perfkg("sparql", count, "--format", "csv", "--store", "s").done()
    assert answer.out.split() == ["n", "2"]


def test_ingest_refuses_standard_input_and_folders_without_files(perfkg: Commands) -> None:
    (perfkg.folder / "nothing").mkdir()
    for argument in ("-", "nothing"):
        run = perfkg("ingest", argument)
        assert (run.status, run.out) == (2, "")
        assert run.err.startswith("错误 ")
    assert not (perfkg.folder / "perfkg-store").exists()


def test_nothing_is_written_into_the_way_of_a_file(perfkg: Commands) -> None:
    (perfkg.folder / "s").write_text("mine")
    run = perfkg("ingest", SCHOOL, "--store", "s")
    assert run.status in (1, 2)
    assert "错误" in run.err
    assert (perfkg.folder / "s").read_text() == "mine"


def _version(perfkg: Commands, store: str) -> int:
    with open_store(perfkg.folder / store) as opened:
        return opened.generation.number


def test_a_file_that_is_cut_off_does_not_take_the_place_of_a_whole_form(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "fixtures" / "school-and-road.txt").read_text("utf-8")
    whole, cut = tmp_path / "a.txt", tmp_path / "b.txt"
    whole.write_text(text, "utf-8")
    cut.write_text(text[: text.index("\t\t质量指标\t路面")], "utf-8")
    with open_store(tmp_path / "store", create=True) as store:
        before = ingest(store, [whole])
        after = ingest(store, [cut])
        assert before.left_out == 0
        assert after.left_out == 1
        assert Outcome.REPLACED not in after.outcomes
        found = store.query("SELECT ?t { ?t a <https://w3id.org/perfkg/def#Target> }")
        assert len(found.rows) == 15  # type: ignore[union-attr]
