"""CITATION.cff: what its schema (1.2.0) asks for, and nothing that the package contradicts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from perfkg import __version__

ROOT = Path(__file__).parents[1]
KNOWN = {
    *("cff-version", "message", "type", "title", "abstract", "authors", "version", "license"),
    *("url", "keywords", "doi", "date-released", "repository-code", "identifiers"),
}


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return found


def test_the_citation_has_what_its_schema_requires_and_no_unknown_key(
    citation: dict[str, Any],
) -> None:
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in ("software", "dataset")
    assert all(citation[key].strip() for key in ("message", "title"))
    assert citation["authors"]
    assert all(author.get("name") or author.get("family-names") for author in citation["authors"])
    assert citation.keys() <= KNOWN
    assert re.fullmatch(r"https://\S+", citation["url"])
    assert len(set(citation["keywords"])) == len(citation["keywords"])


def test_the_citation_says_what_the_package_says(citation: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(citation["version"]) == __version__
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]
