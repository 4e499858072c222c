"""The example files, held against what a careful reader reads off them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perfkg.forms.as_json import document_json
from perfkg.reading import read_file
from perfkg.vocabulary import load_vocabulary

FOLDER = Path(__file__).parents[2] / "shared" / "examples"
INDEX = FOLDER / "expected.json"
EXPECTED: list[dict[str, Any]] = json.loads(INDEX.read_text("utf-8")) if INDEX.exists() else []
FIELDS = (
    "kind",
    "fiscal_year",
    "project_name",
    "supervising_department",
    "implementing_unit",
    "planned_start",
    "planned_end",
)
OPTIONAL_FIELDS = ("project_nature", "project_category")
CELLS = ("level1", "level2", "comparator", "number", "unit", "text")
OPTIONAL_CELLS = ("weight", "actual", "score")
"""What a layout may print though the form behind it said nothing: compared where it is given."""

SHARE = 0.98

pytestmark = pytest.mark.skipif(not EXPECTED, reason=f"there is no {INDEX.name} beside the project")


def _plain(value: object) -> object:
    if isinstance(value, int | float):
        return float(value)
    return value if value is None else "".join(unicodedata.normalize("NFKC", str(value)).split())


def _told(row: dict[str, Any], key: str) -> object:
    """Return a value as it is compared; a heading by its official spelling."""
    value = row.get(key)
    if key.startswith("level"):
        known = load_vocabulary().headings.find(str(value or ""))
        value = known[0].label if known else value
    return _plain(value)


def _faults(found: dict[str, Any], wanted: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    """Yield for each field whether it is right, and what it is."""
    keys = (*FIELDS, *(key for key in OPTIONAL_FIELDS if wanted[key] is not None))
    for key in keys:
        yield _plain(found.get(key)) == _plain(wanted[key]), key
    for key, value in wanted["funds"].items():
        if value is not None or not key.startswith("project_"):
            yield _plain(found["funds"][key]) == _plain(value), key
    yield len(found["indicators"]) == len(wanted["indicators"]), "number of indicators"
    by_name = {_plain(row["name"]): row for row in found["indicators"]}
    for row in wanted["indicators"]:
        name = _plain(row["name"])
        yield name in by_name, f"{name}"
        given = (key for key in OPTIONAL_CELLS if row[key] is not None)
        for key in (*CELLS, *given):
            yield _told(by_name.get(name, {}), key) == _told(row, key), f"{name}: {key}"


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda entry: entry["file"])
def test_an_example_file_is_read_as_a_careful_reader_reads_it(entry: dict[str, Any]) -> None:
    found = document_json(read_file(FOLDER / entry["file"]))["forms"]
    assert len(found) == len(entry["forms"])
    pairs = zip(found, entry["forms"], strict=True)
    results = [result for form, wanted in pairs for result in _faults(form, wanted)]
    wrong = [what for is_right, what in results if not is_right]
    assert len(wrong) <= (1 - SHARE) * len(results), wrong
