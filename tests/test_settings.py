"""The settings: names and defaults that are public, and a word about each."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.errors import UsageError
from perfkg.identity import Identity
from perfkg.settings import Settings, load_settings

DEFAULTS = {
    "store": "./perfkg-store",
    "base": "https://w3id.org/perfkg/id/",
    "token": None,
    "timeout": 10.0,
    "max_rows": 100_000,
    "queries": None,
    "shapes": None,
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
        ("base", "https://example.org/kg/", "https://example.org/kg/"),
        ("timeout", "2.5", 2.5),
        ("max_rows", "7", 7),
        ("queries", "mine", Path("mine")),
        ("lang", "en", "en"),
    ],
)
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
