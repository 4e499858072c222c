"""The same form in seven formats is one project with seven sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perfkg.forms.model import Form
from perfkg.ingest import FileReport, ingest
from perfkg.namespaces import PREFIXES
from perfkg.reading import find_files, read_file
from perfkg.store import Outcome, SelectResult, Store, open_store

from .formats import FORMATS, to_html_text
from .layouts import shanghai

FIXTURE = Path(__file__).parents[1] / "fixtures" / "school-and-road.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, print_page: Callable[[str], bytes]) -> Path:
    """One form as docx, xlsx, xls, html, md, txt and pdf."""
    place = tmp_path_factory.mktemp("seven")
    sheet = shanghai(_form())
    for extension in ("docx", "xlsx", "xls", "html", "md", "txt"):
        (place / f"form.{extension}").write_bytes(FORMATS[extension](sheet))
    (place / "form.pdf").write_bytes(print_page(to_html_text(sheet)))
    return place


def _form() -> Form:
    return read_file(FIXTURE).forms[0]


def _count(store: Store, pattern: str) -> int:
    result = store.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}", prefixes=PREFIXES)
    assert isinstance(result, SelectResult)
    return int(getattr(result.rows[0][0], "value", "-1"))


def test_seven_files_of_one_form_are_one_project_with_seven_sources(
    folder: Path, tmp_path: Path
) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        files: list[FileReport] = []
        report = ingest(store, find_files([folder]), tell=files.append)
        assert [(f.place.name, f.problems) for f in files if f.problems] == []
        assert report.outcomes == {Outcome.ADDED: 1, Outcome.SOURCE_ADDED: 6}
        assert _count(store, "?x a pk:Project") == 1
        assert _count(store, "?x a pk:Form") == 1
        assert _count(store, "?x a pk:Target") == 8
        assert _count(store, "?f a pk:Form ; prov:hadPrimarySource ?x") == 7
