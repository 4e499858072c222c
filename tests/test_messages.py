"""Texts in two languages, and no message that is missing one of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import perfkg
from perfkg.messages import LANGUAGES, Problem, Text
from perfkg.server.texts import TEXTS, rows_complete, rows_cut, rows_shown

HAN = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[A-Za-z]{2}")
PACKAGE = Path(perfkg.__file__).parent
TWO_LANGUAGES = {
    "Text", "PerfkgError", "UsageError", "ParameterError", "DocumentError", "QueryError",
    "QuerySyntaxError", "QueryRefused", "QueryTimeout", "CatalogueError", "ShapesError",
    "VocabularyError", "StoreError", "StoreMissing", "StoreBusy", "StoreDamaged",
}  # fmt: skip


def test_a_text_is_given_in_the_language_asked_for() -> None:
    text = Text("表格", "form")
    assert [text.into(language) for language in LANGUAGES] == ["表格", "form"]
    assert str(text) == "表格 / form"


def test_texts_and_problems_are_values_that_do_not_change() -> None:
    text = Text("甲", "a")
    assert Problem("error", text, "line 1") == Problem("error", Text("甲", "a"), "line 1")
    with pytest.raises(AttributeError):
        text.zh = "乙"  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_label_of_the_pages_has_two_languages(name: str) -> None:
    text = TEXTS[name]
    assert text.zh
    assert text.en
    if name not in ("other_language",):
        assert not HAN.search(text.en)


def test_numbers_in_the_pages_are_grouped() -> None:
    assert rows_complete(1234).zh == "共 1,234 行，完整"
    assert rows_shown(1000, 1234).en == "first 1,000 of 1,234 rows"
    assert "1,000" in rows_cut(1000).en


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_every_message_in_the_code_is_in_chinese_and_in_english(path: Path) -> None:
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call) or len(call.args) < 2:
            continue
        if getattr(call.func, "id", None) not in TWO_LANGUAGES:
            continue
        zh, en = (_literal(argument) for argument in call.args[:2])
        where = f"{path.name}:{call.lineno}"
        assert zh is None or HAN.search(zh), where
        # English may name a Chinese heading, but has words of its own.
        assert en is None or LATIN.search(en), where


def _literal(node: ast.expr) -> str | None:
    """Return the fixed words of a string, or None when it is put together elsewhere."""
    if isinstance(node, ast.Constant):
        return _words(str(node.value))
    if isinstance(node, ast.JoinedStr):
        words = [part.value for part in node.values if isinstance(part, ast.Constant)]
        return _words("".join(map(str, words)))
    return None


def _words(text: str) -> str | None:
    return text if len(text.strip()) > 3 and text != "English" else None
