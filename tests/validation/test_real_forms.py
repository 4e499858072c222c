"""The rules against a careful reader: what is wrong in real forms, what is right in good ones."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from perfkg.graph.mapping import Mapper
from perfkg.reading import read_file
from perfkg.resources import demo_folder
from perfkg.validation.findings import Finding
from perfkg.validation.runner import validate_forms
from perfkg.validation.shapes import Shapes

HERE = Path(__file__).parent
CORRECT = sorted((HERE / "correct").glob("*.txt"))
READER = tomllib.loads((HERE / "shanghai-2024.anomalies.toml").read_text(encoding="utf-8"))


def findings_in(shapes: Shapes, *files: Path) -> list[Finding]:
    mapper = Mapper()
    documents = [read_file(file) for file in files]
    forms = [mapper.map(form, read.document) for read in documents for form in read.forms]
    return validate_forms(forms, shapes)


@pytest.fixture(scope="module")
def in_correct_forms(shapes: Shapes) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {file.name: [] for file in CORRECT}
    for finding in findings_in(shapes, *CORRECT):
        for name in (finding.document or "").split("; "):
            found.setdefault(name, []).append(finding)
    return found


@pytest.fixture(scope="module")
def in_real_forms(shapes: Shapes) -> set[tuple[int | str | None, str]]:
    """The line and the rule of each finding in the ten bundled forms; a form is its first line.

    Of a finding about an indicator in several forms, its name stands for the line.
    """
    found = findings_in(shapes, demo_folder() / "shanghai-real-estate-2024.txt")
    return {(_line(finding.location) or finding.indicator, finding.rule) for finding in found}


def _line(location: str | None) -> int | None:
    """Return 19 for `line 19`, 5 for `lines 5-40`."""
    return None if location is None else int(location.split()[-1].split("-")[0])


def test_there_are_correct_forms_of_many_fields() -> None:
    assert len(CORRECT) >= 40


@pytest.mark.parametrize("file", CORRECT, ids=lambda file: file.stem)
def test_a_correct_form_has_no_violation_and_no_warning(
    in_correct_forms: dict[str, list[Finding]], file: Path
) -> None:
    objections = [f for f in in_correct_forms[file.name] if f.severity != "Info"]
    assert [(f.rule, f.location, f.message.zh) for f in objections] == []


def test_what_a_careful_reader_is_sure_of_is_found(
    in_real_forms: set[tuple[int | str | None, str]],
) -> None:
    missed = [
        a
        for a in READER["anomaly"]
        if a["sure"] and not {(a["line"], a["rule"]), (a["indicator"], a["rule"])} & in_real_forms
    ]
    assert missed == []


def test_what_a_careful_reader_lets_pass_is_not_found(
    in_real_forms: set[tuple[int | str | None, str]],
) -> None:
    fine = {(a["line"], a["rule"]) for a in READER["not_an_anomaly"]}
    assert fine & in_real_forms == set()


def test_the_careful_reader_looked_for_most_rules(shapes: Shapes) -> None:
    known = {rule.name for rule in shapes.rules.values()}
    named = Counter(a["rule"] for a in READER["anomaly"])
    assert named.keys() <= known
    assert len(named) >= 30
