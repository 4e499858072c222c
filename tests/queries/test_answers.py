"""Every saved query on forms that a person can read, and on a store without any form.

What is expected stands in answers.yaml and was read from the forms in forms/, not from the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from perfkg.asking import ask_saved
from perfkg.queries import Catalogue
from perfkg.resources import queries_folder
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, SelectResult
from perfkg.validation.words import SEVERITY

ANSWERS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "answers.yaml").read_text("utf-8")
)
NAMES = sorted(path.stem for path in queries_folder().glob("*.rq"))


def cases() -> Iterator[Any]:
    for name, some in ANSWERS.items():
        for number, case in enumerate(some):
            yield pytest.param(name, case, id=f"{name}-{number}")


def rows_of(
    store: EmbeddedStore, catalogue: Catalogue, name: str, case: dict[str, Any]
) -> list[list[object]]:
    arguments = {key: str(value) for key, value in case.get("with", {}).items()}
    result = ask_saved(store, catalogue.get(name), arguments, Settings()).result
    assert isinstance(result, SelectResult)
    places = [result.variables.index(column) for column in case["columns"]]
    rows = [[plain(row[place]) for place in places] for row in result.rows]
    return rows[: case.get("first", len(rows))]


def plain(term: object) -> object:
    """A number is compared as a number: 2 and 2.0 are one answer."""
    if term is None:
        return None
    assert isinstance(term, ox.Literal | ox.NamedNode)
    return number(term.value)


def number(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def expected(case: dict[str, Any]) -> list[list[object]]:
    return [[None if cell is None else number(str(cell)) for cell in row] for row in case["rows"]]


@pytest.mark.parametrize("name", NAMES)
def test_every_saved_query_has_a_known_answer(name: str) -> None:
    assert any(case["columns"] and case["rows"] for case in ANSWERS.get(name, ()))


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_a_saved_query_answers_what_the_forms_say(
    county: EmbeddedStore, catalogue: Catalogue, name: str, case: dict[str, Any]
) -> None:
    assert rows_of(county, catalogue, name, case) == expected(case)


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_query_finds_nothing_and_fails_at_nothing_without_forms(
    fresh: EmbeddedStore, catalogue: Catalogue, name: str
) -> None:
    result = ask_saved(fresh, catalogue.get(name), {}, Settings()).result
    assert isinstance(result, SelectResult)
    assert result.rows == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_query_gives_the_same_rows_in_the_same_order_again(
    county: EmbeddedStore, catalogue: Catalogue, name: str
) -> None:
    first, second = (ask_saved(county, catalogue.get(name), {}, Settings()) for _ in range(2))
    assert first.result == second.result


def test_the_queries_call_severities_what_reports_and_pages_call_them() -> None:
    columns = {"violations": "Violation", "warnings": "Warning", "advice": "Info"}
    told = 0
    for query in Catalogue(queries_folder()):
        for name, word in re.findall(r'\(sh:(\w+) \d "([^"]+)"\)', query.text):
            assert word == SEVERITY[name].zh, query.name
            told += 1
        for column, name in columns.items():
            if column in query.columns:
                assert query.columns[column].zh == SEVERITY[name].zh, query.name
                told += 1
    assert told > len(columns)
