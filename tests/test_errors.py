"""The errors: one tree, drawn as it is, that crosses processes and is told everywhere."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from perfkg import errors
from perfkg.cli import exit_status
from perfkg.errors import PerfkgError, QuerySyntaxError, UsageError
from perfkg.messages import LANGUAGES
from perfkg.server.problems import ServiceProblem, document_of, headers_of, status_of

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BaseException)
]
STATUSES = {
    "PerfkgError": 500,
    "UsageError": 400,
    "ParameterError": 400,
    "DocumentError": 500,
    "QueryError": 503,
    "QuerySyntaxError": 400,
    "QueryRefused": 400,
    "QueryTimeout": 504,
    "ResultTooLarge": 400,
    "CatalogueError": 500,
    "ShapesError": 500,
    "VocabularyError": 500,
    "ClusterError": 500,
    "StoreError": 500,
    "StoreMissing": 500,
    "StoreBusy": 503,
    "GraphMissing": 404,
    "StoreDamaged": 500,
}

every_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)


def _example(kind: type[PerfkgError]) -> PerfkgError:
    if issubclass(kind, QuerySyntaxError):
        return kind("坏", "bad", line=3, column=7)
    return kind("坏", "bad", place="f.txt")


def _tree(kind: type, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each class with the drawing in front of its name."""
    children = [child for child in CLASSES if kind in child.__bases__]
    children.sort(key=lambda child: inspect.getsourcelines(child)[1])
    for number, child in enumerate(children, start=1):
        last = number == len(children)
        yield prefix + ("└── " if last else "├── "), child.__name__
        yield from _tree(child, prefix + ("    " if last else "│   "))


def test_the_tree_in_the_documentation_is_the_tree_of_the_classes() -> None:
    drawn = re.findall(r"^([│├└─ ]*)([A-Z]\w+)(?:  .*)?$", errors.__doc__ or "", re.MULTILINE)
    expected = [("", "PerfkgError"), *_tree(PerfkgError)]
    assert [item for item in drawn if item[1] in {kind.__name__ for kind in CLASSES}] == expected


@every_class
def test_every_error_can_be_caught_as_one_and_says_when_it_happens(kind: type) -> None:
    assert issubclass(kind, PerfkgError)
    assert kind.__doc__


@every_class
def test_every_error_crosses_a_process_with_all_it_knows(kind: type[PerfkgError]) -> None:
    error = _example(kind)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert again.args == error.args
    assert str(again) == str(error)


def test_an_error_of_the_service_crosses_a_process_too() -> None:
    error = ServiceProblem(406, "无", "none", headers={"Allow": "GET"})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert vars(again) == vars(error)


@every_class
def test_every_error_is_told_in_both_languages_with_its_place(kind: type[PerfkgError]) -> None:
    error = _example(kind)
    assert error.place
    for language, word in zip(LANGUAGES, ("坏", "bad"), strict=True):
        assert error.message(language) == f"{error.place}: {word}"
    assert str(error) == f"{error.place}: 坏 / bad"


@every_class
def test_every_error_has_an_exit_status(kind: type[PerfkgError]) -> None:
    assert exit_status(_example(kind)) == (2 if issubclass(kind, UsageError) else 1)


@every_class
def test_every_error_has_an_http_status_and_a_problem_document(kind: type[PerfkgError]) -> None:
    error = _example(kind)
    status = status_of(error)
    assert status == STATUSES[kind.__name__]
    document = document_of(error)
    assert document["status"] == status
    assert document["title"] == HTTPStatus(status).phrase
    assert "坏" in document["detail"]
    assert "bad" in document["detail"]
    assert ("line" in document) == issubclass(kind, QuerySyntaxError)
    assert ("Retry-After" in headers_of(error)) == (status == HTTPStatus.SERVICE_UNAVAILABLE)


def test_a_syntax_error_knows_its_line_and_column() -> None:
    document = document_of(QuerySyntaxError("坏", "bad", line=3, column=7))
    assert (document["line"], document["column"]) == (3, 7)
