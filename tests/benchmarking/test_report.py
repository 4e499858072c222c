"""One command measures every suite beside its peers and writes the report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measurement import OURS, Measurement
from benchmarks.report import ratio, summary, told

ROOT = Path(__file__).parents[2]
SUITES = ("mapping", "loading", "questions", "saved")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the suites that take seconds on a few forms; return the folder of the report."""
    folder = tmp_path_factory.mktemp("benchmarks")
    _run(folder, *SUITES)
    return folder


def _run(folder: Path, *suites: str) -> None:
    command = [sys.executable, "-m", "benchmarks", "--forms", "20", "--output", str(folder)]
    done = subprocess.run(
        [*command, "--suites", *suites], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_suite_is_measured_and_peers_beside_it(report: Path) -> None:
    figures = json.loads((report / "benchmarks.json").read_text())
    engines = {(item["suite"], item["engine"]) for item in figures}
    assert {(suite, OURS) for suite in SUITES} <= engines
    assert {
        ("mapping", "rdflib Graph.add"),
        ("loading", "bulk_load of its triples"),
        ("questions", "rdflib"),
    } <= engines
    assert all(item["seconds"] > 0 for item in figures)
    # A question that finds nothing would be quick and say nothing.
    assert sum(item["amount"] > 0 for item in figures if item["suite"] == "questions") > 20


def test_the_report_names_its_command_and_has_a_row_for_each_question(report: Path) -> None:
    text = (report / "benchmarks.md").read_text(encoding="utf-8")
    assert "python -m benchmarks --forms 20`" in text
    for path in (ROOT / "benchmarks/questions").glob("*.rq"):
        assert f"| {path.stem} | 20 |" in text


def test_figures_that_are_not_measured_again_stay(report: Path, tmp_path: Path) -> None:
    kept = tmp_path / "benchmarks.json"
    kept.write_bytes((report / "benchmarks.json").read_bytes())
    _run(tmp_path, "mapping")
    before, after = (
        {(m["suite"], m["work"], m["engine"]) for m in json.loads(path.read_text())}
        for path in (report / "benchmarks.json", kept)
    )
    assert before == after


def _taken(work: str, engine: str, forms: int, seconds: float) -> Measurement:
    return Measurement("mapping", work, engine, forms, 10, "triples", seconds, seconds, 1, 5)


def test_a_ratio_compares_the_same_number_of_forms() -> None:
    ours, peer = _taken("a", OURS, 100, 1.0), _taken("a", "rdflib", 100, 20.0)
    assert ratio(ours, peer) == pytest.approx(20.0)
    assert "| Mapping | 100 | rdflib | 20.0× |" in summary([ours, peer])
    other = _taken("a", "rdflib", 10, 20.0)
    assert "rdflib | 2" not in "\n".join(summary([ours, other]))


def test_time_that_grows_with_the_square_is_told_as_two() -> None:
    text = told([_taken("a", OURS, 100, 1.0), _taken("a", OURS, 1000, 100.0)])
    assert "From 100 to 1,000 forms: growth 2.00." in text


def test_without_a_suite_the_report_is_written_anew_and_nothing_is_measured(
    report: Path, tmp_path: Path
) -> None:
    figures = (report / "benchmarks.json").read_text()
    (tmp_path / "benchmarks.json").write_text(figures)
    _run(tmp_path)
    assert (tmp_path / "benchmarks.json").read_text() == figures
    assert (tmp_path / "benchmarks.md").read_bytes() == (report / "benchmarks.md").read_bytes()
