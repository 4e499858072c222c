"""The settings: names and defaults that are public, and a word about each."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from perfkg.errors import UsageError
from perfkg.identity import Identity
from perfkg.readers.limits import Limits
from perfkg.settings import Settings, load_settings

DEFAULTS = {
    "store": "./perfkg-store",
    "store_token": None,
    "store_graph": None,
    "base": "https://w3id.org/perfkg/id/",
    "token": None,
    "timeout": 10.0,
    "max_rows": 100_000,
    "workers": 8,
    "queue": 128,
    "query_memory": 2048,
    "max_answer": 256,
    "cache": 64,
    "services": (),
    "max_request": 1,
    "max_upload": 64,
    "body_timeout": 30,
    "validate_writes": "auto",
    "queries": None,
    "shapes": None,
    "max_file_size": 64,
    "max_unpacked": 48,
    "max_cells": 1_000_000,
    "max_sheet_rows": 50_000,
    "max_pages": 1_000,
    "read_timeout": 120,
    "read_memory": 1024,
    "root_path": "",
    "proxy_headers": False,
    "shutdown_timeout": 15,
    "log_format": "text",
    "log_queries": False,
    "address": None,
    "publisher": None,
    "publisher_url": None,
    "contact": None,
    "licence": None,
    "push_token": None,
    "lang": "zh",
}


def test_the_names_and_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()
    assert settings.model_dump() == DEFAULTS
    assert Settings.model_config.get("env_prefix") == "PERFKG_"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("store", "/srv/kg", "/srv/kg"),
        ("store_graph", "https://example.org/graph", "https://example.org/graph"),
        ("base", "https://example.org/kg/", "https://example.org/kg/"),
        ("timeout", "2.5", 2.5),
        ("max_rows", "7", 7),
        ("workers", "3", 3),
        ("queue", "0", 0),
        ("query_memory", "1024", 1024),
        ("max_answer", "0.5", 0.5),
        ("cache", "0", 0),
        ("queries", "mine", Path("mine")),
        ("max_file_size", "0.5", 0.5),
        ("max_unpacked", "96", 96),
        ("max_cells", "500", 500),
        ("max_sheet_rows", "2000", 2000),
        ("max_pages", "12", 12),
        ("read_timeout", "7.5", 7.5),
        ("read_memory", "2048", 2048),
        ("services", "http://a/sparql  https://b/,http://c/",
         ("http://a/sparql", "https://b/", "http://c/")),
        ("max_request", "0.5", 0.5),
        ("max_upload", "128", 128),
        ("body_timeout", "5", 5),
        ("validate_writes", "violation", "violation"),
        ("root_path", "/perfkg", "/perfkg"),
        ("proxy_headers", "1", True),
        ("shutdown_timeout", "0", 0),
        ("log_format", "json", "json"),
        ("log_queries", "yes", True),
        ("lang", "en", "en"),
    ],
)  # fmt: skip
def test_the_environment_sets_each(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, value: object
) -> None:
    monkeypatch.setenv(f"PERFKG_{name.upper()}", given)
    assert getattr(load_settings(), name) == value


@pytest.mark.parametrize("name", DEFAULTS)
def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PERFKG_{name.upper()}", "")
    assert load_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("PERFKG_TIMEOUT", "soon"),
        ("PERFKG_TIMEOUT", "-1"),
        ("PERFKG_TIMEOUT", "inf"),
        ("PERFKG_MAX_ROWS", "0"),
        ("PERFKG_MAX_ROWS", "1.5"),
        ("PERFKG_WORKERS", "0"),
        ("PERFKG_QUEUE", "-1"),
        ("PERFKG_QUERY_MEMORY", "100"),
        ("PERFKG_MAX_PAGES", "0"),
        ("PERFKG_MAX_FILE_SIZE", "nan"),
        ("PERFKG_READ_TIMEOUT", "inf"),
        ("PERFKG_LANG", "fr"),
        ("PERFKG_BASE", "ftp://example.org/"),
        ("PERFKG_BASE", "https://例.org/"),
        ("PERFKG_BASE", "https://example.org/a b/"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(UsageError) as caught:
        load_settings()
    for language in (caught.value.text.zh, caught.value.text.en):
        assert name in language
        assert given in language


@pytest.mark.parametrize("given", ["https://example.org/<x>/", 'https://example.org/"/'])
def test_a_base_that_makes_no_iri_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PERFKG_BASE", given)
    with pytest.raises(UsageError, match="PERFKG_BASE"):
        load_settings()


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERFKG_TOKEN", "s3cret-word")
    settings = load_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == "s3cret-word"
    assert "s3cret-word" not in repr(settings) + str(settings.model_dump())


def test_the_identity_mints_below_the_base() -> None:
    settings = Settings(base="https://example.org/kg/")
    assert settings.identity.base == Identity("https://example.org/kg/").base
    assert settings.identity.validation_graph.startswith("https://example.org/kg/")


def test_the_limits_are_those_of_the_reader_unless_they_are_set() -> None:
    assert Settings().limits == Limits()
    given = Settings(
        max_file_size=1.5, max_unpacked=2, max_cells=3, max_sheet_rows=4, max_pages=5,
        read_timeout=6, read_memory=7,
    )  # fmt: skip
    megabyte = 1024 * 1024
    assert given.limits == Limits(
        file_size=megabyte * 3 // 2, unpacked=2 * megabyte, cells=3, rows=4, pages=5, seconds=6,
        memory=7 * megabyte,
    )  # fmt: skip


def test_every_setting_that_a_message_names_exists() -> None:
    sources = resources.files("perfkg").rglob("*.py")  # type: ignore[attr-defined]
    named = {name for path in sources for name in re.findall(r"PERFKG_([A-Z_]+)", path.read_text())}
    assert len(named) > 10  # the search finds what it looks for
    assert named <= {name.upper() for name in Settings.model_fields}
