"""What a command imports: what it does not need would cost time at each start."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers import SCHOOL

WEB = {"fastapi", "starlette", "uvicorn", "httpx", "jinja2"}
OTHER_FILES = {"openpyxl", "numpy", "xlrd", "pdfplumber", "pdfminer", "PIL"}
OTHER_ENGINES = {"rdflib", "pyshacl"}
OF_THE_WORK = {"pydantic", "pyoxigraph", "lxml", "yaml", "asyncio"}


def imported(*arguments: str) -> set[str]:
    """Return the packages and the modules of perfkg that a command imports."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "perfkg", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert "Traceback" not in ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rsplit("|", 1)[1].strip() for line in lines}
    assert "perfkg.cli" in names
    return names


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_waits_for_nothing_that_a_command_works_with(arguments: tuple[str, ...]) -> None:
    names = imported(*arguments)
    assert names.isdisjoint(WEB | OTHER_FILES | OTHER_ENGINES | OF_THE_WORK)
    assert names.isdisjoint({"perfkg.settings", "perfkg.store", "perfkg.shacl", "perfkg.readers"})


def test_checking_a_text_file_imports_no_store_and_no_reader_of_other_files() -> None:
    names = imported("validate", str(SCHOOL))
    assert {"perfkg.readers.text", "perfkg.shacl"} <= names
    assert names.isdisjoint(WEB | OTHER_FILES | OTHER_ENGINES | {"yaml"})
    assert names.isdisjoint({"perfkg.store", "perfkg.queries", "perfkg.readers.docx"})


def test_listing_the_saved_queries_imports_no_writer_of_workbooks() -> None:
    names = imported("queries")
    assert "perfkg.queries.catalogue" in names
    assert names.isdisjoint(WEB | OTHER_FILES | OTHER_ENGINES)
