from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.sparql.tokens import Kind, decode_escapes, position, significant, tokenize

PIECES = st.sampled_from(
    [
        "SELECT", "SERVICE", "{", "}", "(", ")", "<", ">", "<<", "<a>", "'", '"', "'''", '"""',
        "\\", "\\u0041", "\\'", "#", "\n", " ", "?x", "ex:a", ":", ".", "-", "1", "1e", "@en",
        "_:b", "|", "^^", "中文", "（", "\u00b7", "\ufeff", "%41", "ex:a\\#b",
    ]
)  # fmt: skip
ANYTHING = st.text() | st.lists(PIECES, max_size=40).map("".join)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.name, token.text) for token in significant(text)]


@given(ANYTHING)
def test_the_tokens_of_any_text_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokenize(text)) == text


@given(ANYTHING)
def test_every_token_knows_where_it_starts(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert token.start == end
        assert token.text
        end = token.end


@given(st.text(st.characters(exclude_characters='"\\\r\n', codec="utf-8")))
def test_a_short_string_is_one_token_whatever_it_holds(content: str) -> None:
    assert kinds(f'"{content}"') == [("STRING", f'"{content}"')]


@given(st.text(st.characters(exclude_characters="'\\", codec="utf-8")))
def test_a_long_string_is_one_token_whatever_it_holds(content: str) -> None:
    assert kinds(f"'''{content}'''") == [("STRING", f"'''{content}'''")]


@given(st.text(st.characters(exclude_characters="\r\n", codec="utf-8")))
def test_a_comment_reaches_to_the_end_of_its_line(content: str) -> None:
    assert kinds(f"#{content}\nASK") == [("WORD", "ASK")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex:SERVICE", [("NAME", "ex:SERVICE")]),
        ("?SERVICE", [("VARIABLE", "?SERVICE")]),
        ("<http://e/SERVICE>", [("IRI", "<http://e/SERVICE>")]),
        ("ex:a.b.", [("NAME", "ex:a.b"), ("MARK", ".")]),
        ("ex:a\\#b", [("NAME", "ex:a\\#b")]),
        ("ex:项目", [("NAME", "ex:项目")]),
        ("a.b:c", [("NAME", "a.b:c")]),
        ("a.:c", [("WORD", "a"), ("MARK", "."), ("NAME", ":c")]),
        ("true.false", [("WORD", "true"), ("MARK", "."), ("WORD", "false")]),
        ("true-5", [("WORD", "true"), ("MARK", "-"), ("NUMBER", "5")]),
        ("1.5e3.", [("NUMBER", "1.5e3"), ("MARK", ".")]),
        ("?x<?y", [("VARIABLE", "?x"), ("MARK", "<"), ("VARIABLE", "?y")]),
        ("?x<<u:a>", [("VARIABLE", "?x"), ("MARK", "<"), ("IRI", "<u:a>")]),
        ("<<<u:a>", [("MARK", "<<"), ("IRI", "<u:a>")]),
        ("'a''b'", [("STRING", "'a'"), ("STRING", "'b'")]),
        ("'''a'b''c'''", [("STRING", "'''a'b''c'''")]),
        ("'a\\'b'", [("STRING", "'a\\'b'")]),
        ('"a"@zh-Hans', [("STRING", '"a"'), ("LANGUAGE", "@zh-Hans")]),
        ('"a', [("BROKEN", '"a')]),
        ('"a\nb"', [("BROKEN", '"a\nb"')]),
        ("_:a.b", [("BLANK", "_:a.b")]),
    ],
)
def test_overlapping_terminals_are_told_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_the_word_of_a_token_is_upper_case_and_only_for_bare_words() -> None:
    assert [token.word for token in significant("select ?select ex:select")] == ["SELECT", "", ""]


def test_lines_and_columns_are_counted_from_one_with_any_line_ending() -> None:
    assert position("", 0) == (1, 1)
    assert [position("a\nb\r\nc\rd", offset) for offset in (0, 2, 5, 7)] == [
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
    ]


def test_codepoint_escapes_become_characters_unless_they_are_escaped_or_none() -> None:
    assert decode_escapes(r"\u0053ERVICE \U0001F600") == "SERVICE \U0001f600"
    assert decode_escapes(r'"\\u0022"') == r'"\\u0022"'
    assert decode_escapes(r"\ud800 \U00110000 \u12") == r"\ud800 \U00110000 \u12"


@pytest.mark.parametrize(
    "piece", ["a.", "<", "<a", '"""\\"', "ex:a.", "'", "?", "a.-", "@a-", "<<", "1.", '""', "_:a."]
)
def test_repeating_anything_many_times_stays_readable(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert sum(len(token.text) for token in tokenize(text)) == len(text)


def test_every_kind_is_reached() -> None:
    text = "ASK # c\n<a> ex:b ?v _:b 'x'@en 1 { %"
    reached = {token.kind for token in tokenize(text)} | {t.kind for t in tokenize("'")}
    assert reached == set(Kind)
