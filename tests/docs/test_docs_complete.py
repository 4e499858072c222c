"""Nothing that a user can name is left out of the documentation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import typer
from pages import ROOT, prose, rows, text_of

from perfkg.cli import app
from perfkg.namespaces import PK
from perfkg.queries import Catalogue
from perfkg.reading import read_file
from perfkg.resources import demo_folder, ontology_folder, queries_folder
from perfkg.settings import Settings
from perfkg.validation.shapes import load_shapes

COMMANDS = getattr(typer.main.get_command(app), "commands", {})


def section(name: str, heading: str) -> str:
    """Return the text below one heading of a page."""
    _, found, rest = text_of(name).partition(f"\n{heading}\n")
    assert found, f"{name} has no section {heading}"
    level = heading.split()[0]
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.M)[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_with_all_of_its_options(name: str) -> None:
    told = section("commands.md", f"## perfkg {name}")
    options = {
        option
        for parameter in COMMANDS[name].params
        if parameter.param_type_name == "option"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    missing = {option for option in options - {"-h", "--help"} if f"`{option}`" not in told}
    assert not missing


def test_every_command_of_the_page_exists() -> None:
    assert set(re.findall(r"^## perfkg (\S+)$", text_of("commands.md"), re.M)) == set(COMMANDS)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_in_both_languages(name: str) -> None:
    table = rows("".join(re.findall(r"^\|.*\n", text_of("settings.md"), re.M)))
    told = {row[0].strip("`"): row for row in table}[f"PERFKG_{name.upper()}"]
    assert all(told)


def test_every_address_of_the_service_is_documented(service: str) -> None:
    paths = httpx.get(f"{service}/openapi.json").raise_for_status().json()["paths"]
    # Each saved query has its place in queries.md; one route answers them all.
    answered = {
        f"## {method.upper()} {path}"
        for path in paths
        for method, operation in paths[path].items()
        if not operation["operationId"].startswith("saved_query_")
    }
    headings = set(
        re.findall(r"^## (?:GET|POST|PUT|DELETE|PATCH) .*$", text_of("endpoints.md"), re.M)
    )
    assert answered | {"## GET /"} <= headings


def test_every_saved_query_is_documented_with_all_of_its_parameters() -> None:
    queries = Catalogue(queries_folder()).queries
    assert queries
    for query in queries:
        told = section("queries.md", f"## {query.name}")
        assert query.title.zh in told
        assert query.title.en in told
        assert all(f"`{item.name}`" in told for item in query.parameters)


def test_every_review_rule_is_documented() -> None:
    rules = load_shapes().rules.values()
    assert rules
    for rule in rules:
        told = section("rules.md", f"## {rule.name}")
        assert rule.label.zh in told
        assert rule.comment.en in told


def terms() -> Iterator[str]:
    for quad in ox.parse(path=ontology_folder() / "perfkg.ttl", format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(PK):
            yield quad.subject.value


def test_every_term_of_the_ontology_is_documented() -> None:
    told = text_of("ontology.md")
    assert {iri for iri in terms() if f"`{iri}`" not in told} == set()


def test_the_dependencies_with_their_lower_bounds_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        "## To run": project["dependencies"],
        "## To test": project["optional-dependencies"]["test"],
    }
    for heading, requirements in wanted.items():
        table = rows("".join(re.findall(r"^\|.*\n", section("dependencies.md", heading), re.M)))[1:]
        assert [f"{row[0]}>={row[1]}" for row in table] == requirements
        assert all(all(row) for row in table)


def test_every_repair_of_the_bundled_forms_stands_on_the_page_about_reading() -> None:
    read = read_file(demo_folder() / "shanghai-real-estate-2024.txt")
    places = [form.location for form in read.forms if form.repairs]
    places += [row.location for form in read.forms for row in form.indicators if row.repairs]
    repaired = {number for place in places for number in re.findall(r"\d+", place)}
    table = rows("".join(re.findall(r"^\| \d.*\n", prose("reading-forms.md"), re.M)))
    assert {number for row in table for number in re.findall(r"\d+", row[0])} == repaired


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").iterdir()), ids=lambda path: path.name)
def test_the_files_of_deployment_are_quoted_as_they_are(path: Path) -> None:
    assert f"\n{path.read_text(encoding='utf-8')}```" in text_of("operating.md")


def test_every_extra_is_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = section("dependencies.md", "## Extras")
    for extra, requirements in project["optional-dependencies"].items():
        if extra != "test":
            assert f"`perfkg[{extra}]`" in told
            assert all(re.split(r"[><=; ]", item)[0] in told for item in requirements)
