"""The saved queries with the numbers that are counted once, and without them: the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from benchmarks.generated import graphs, several_years
from perfkg.asking import ask_saved, offers_of, open_to_write
from perfkg.identity import Identity
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, Parameter, SavedQuery, options, prepare
from perfkg.queries.parts import STATISTICS, parts
from perfkg.resources import queries_folder, statistics_folder
from perfkg.reviewing import review_and_keep, rules_for
from perfkg.settings import Settings
from perfkg.sparql.fence import Form, check_query
from perfkg.sparql.tokens import significant
from perfkg.statistics import has_statistics, statements
from perfkg.store import EmbeddedStore, SelectResult
from tests.queries.test_answers import ANSWERS, cases, expected, rows_of

QUERIES = list(Catalogue(queries_folder()))
COUNTED = [query for query in QUERIES if any(p.name == STATISTICS for p in parts(query.text))]
TYPED = {"text": "率", "atLeast": "1", "atMost": "3", "among": "1", "below": "96"}
"""Values of parameters that are typed in, by name."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """Generated forms of two years with self-evaluations, reviewed."""
    settings = Settings(store=str(tmp_path_factory.mktemp("town") / "store"))
    with open_to_write(settings) as store:
        with store.write() as writer:
            writer.put_all(list(graphs(several_years(120))))
            review_and_keep(writer, rules_for(settings), settings)
        assert isinstance(store, EmbeddedStore)
        yield store


@pytest.fixture(scope="module")
def uncounted(
    county: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedStore]:
    """The forms of `county` with the findings on them, and nothing counted."""
    folder = tmp_path_factory.mktemp("uncounted") / "store"
    with EmbeddedStore(folder, create=True) as store:
        with store.write() as writer:
            for name in (None, Identity().validation_graph):
                database = county.snapshot().database
                graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
                quads = database.quads_for_pattern(None, None, None, graph)
                writer.add_to_graph(name, [quad.triple for quad in quads])
            writer._findings_are_stale = False  # they are of these forms
        yield store


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_a_saved_query_answers_the_same_where_nothing_was_counted(
    uncounted: EmbeddedStore, catalogue: Catalogue, name: str, case: dict[str, Any]
) -> None:
    assert rows_of(uncounted, catalogue, name, case) == expected(case)


def test_the_known_answers_are_asked_with_statistics_and_without(
    county: EmbeddedStore, uncounted: EmbeddedStore
) -> None:
    assert offers_of(county, Identity()) == {STATISTICS}
    assert offers_of(uncounted, Identity()) == set()
    assert {query.name for query in COUNTED} <= ANSWERS.keys()
    assert len(COUNTED) > 20


def values(store: EmbeddedStore, query: SavedQuery) -> Iterator[dict[str, str]]:
    """Yield no argument, then a value for each parameter by itself, then for all together."""
    found = {item.name: value for item in query.parameters if (value := value_of(store, item))}
    yield {}
    yield from ({name: value} for name, value in found.items())
    yield found


def value_of(store: EmbeddedStore, parameter: Parameter) -> str | None:
    if parameter.type in ("iri", "year"):
        return options(store, parameter).items[0].value
    if parameter.choices:
        return parameter.choices[-1].value
    return TYPED.get(parameter.name)


@pytest.mark.parametrize("query", COUNTED, ids=lambda query: str(query.name))
def test_whatever_is_chosen_the_rows_are_those_of_counting_anew(
    town: EmbeddedStore, query: SavedQuery
) -> None:
    database, asked = town.snapshot().database, 0
    for arguments in values(town, query):
        with_them = prepare(query, arguments, (STATISTICS,))
        without = prepare(query, arguments)
        assert with_them != without
        rows = [
            [tuple(map(str, row)) for row in database.query(text, prefixes=PREFIXES)]  # type: ignore[union-attr]
            for text in (with_them, without)
        ]
        assert rows[0] == rows[1], arguments
        asked += len(rows[0])
    assert asked or query.name in ("deadline-dates", "forms-without-findings")


@pytest.mark.parametrize("query", COUNTED, ids=lambda query: str(query.name))
def test_a_file_as_it_is_asks_for_nothing_that_a_store_may_lack(query: SavedQuery) -> None:
    for text in (query.text, prepare(query, {})):
        assert all(token.text != "?statistics" for token in significant(text))
    assert "?statistics" in prepare(query, {}, (STATISTICS,))


def test_the_text_that_a_person_sees_is_right_after_the_next_write_too(
    county: EmbeddedStore, catalogue: Catalogue
) -> None:
    answer = ask_saved(county, catalogue.get("most-used-indicators"), {}, Settings())
    assert "statistics" not in answer.text
    assert county.query(answer.text) == answer.result


def test_a_write_between_two_looks_at_the_store_does_not_spoil_an_answer(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    forms = list(graphs(several_years(6)))
    settings = Settings(store=str(tmp_path / "store"))

    class Hurried(EmbeddedStore):
        """A store to which somebody writes just before each query about indicators."""

        waiting = forms[5:6]

        def query(self, text: str, **how: Any) -> Any:
            if "usedInProjects" in text and self.waiting:
                with self.write() as writer:
                    writer.put(self.waiting.pop())
            return super().query(text, **how)

    with open_to_write(settings) as store, store.write() as writer:
        writer.put_all(forms[:5])
        review_and_keep(writer, rules_for(settings), settings)
    with Hurried(tmp_path / "store") as store:
        assert has_statistics(store, Identity())
        answer = ask_saved(store, catalogue.get("most-used-indicators"), {}, settings)
        assert not store.waiting
        assert isinstance(answer.result, SelectResult)
        assert answer.result == store.query(answer.text, prefixes=PREFIXES)
        assert answer.result.rows
        assert answer.version == store.generation.number


def test_statistics_do_not_depend_on_the_order_of_the_forms_and_have_no_blank_nodes(
    tmp_path: Path,
) -> None:
    forms, found = list(graphs(several_years(20))), []
    for order in (1, -1):
        with EmbeddedStore(tmp_path / str(order), create=True) as store:
            with store.write() as writer:
                writer.put_all(forms[::order])
            found.append(sorted(set(statements(store.snapshot().database, Identity()))))
    assert found[0] == found[1]
    assert len(found[0]) > 100
    assert not any(line.startswith("_:") or "> _:" in line for line in found[0])


def test_another_base_has_its_own_statistics() -> None:
    identity = Identity("https://example.org/kg/")
    assert identity.statistics_graph == "https://example.org/kg/graph/statistics"
    assert all(identity.base in line for line in statements(ox.Store(), identity))


@pytest.mark.parametrize("path", sorted(statistics_folder().glob("*.rq")), ids=lambda p: p.stem)
def test_every_statistic_says_what_it_counts_and_is_a_construct_query(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert check_query(text) is Form.CONSTRUCT
