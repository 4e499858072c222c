"""Mistakes that are likely once an engine has said what kind of thing it misses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from perfkg.messages import Text
from perfkg.sparql.reading import AGGREGATES, MODIFIERS, Mistake, Reading
from perfkg.sparql.tokens import Kind, Token, significant

_TERMS: Final = frozenset((Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.BLANK))
_BARE_IRI: Final = re.compile(r"(?<![<\w])(?:https?|urn|file):[^\s<>{}\"]+")
_SPACED_IRI: Final = re.compile(r"<[^\s<>?{}\"][^<>?{}\"\n]* [^<>?{}\"\n]*>")
_VALUES: Final = _TERMS | {Kind.STRING, Kind.NUMBER, Kind.LANGUAGE}


def broken_iri(text: str, offset: int) -> Mistake | None:
    """Return the mistake of an IRI without its brackets, or with a space, around an offset."""
    for found in _BARE_IRI.finditer(text):
        if found.start() <= offset < found.end():
            return Mistake(
                found.start(),
                Text("IRI 要放在尖括号中", "an IRI stands in angle brackets"),
                Text(f"写作 <{found.group()}>", f"write <{found.group()}>"),
            )
    for found in _SPACED_IRI.finditer(text):
        if found.start() <= offset < found.end():
            return Mistake(
                found.start(),
                Text("IRI 中有空格", "there is a space in this IRI"),
                Text("空格写作 %20", "write a space as %20"),
            )
    return None


def broken_string(before: Token | None, token: Token) -> Mistake | None:
    """Return the mistake of a quotation mark inside a text, if a word touches a string's end."""
    if before is None or before.kind is not Kind.STRING or before.end != token.start:
        return None
    mark = before.text[0]
    return Mistake(
        before.end - 1,
        Text("引号在文字中间结束了它", "this quotation mark ends the text too early"),
        Text(
            f"文字中的引号写作 \\{mark}，或改用另一种引号", f"write \\{mark}, or use the other mark"
        ),
    )


def missing_separator(text: str, offset: int) -> Mistake | None:
    """Return the mistake of two triples without a dot between, if a term begins at `offset`."""
    tokens = list(significant(text))
    for before, token in pairwise(tokens):
        if token.start == offset and token.kind in _TERMS:
            if before.kind in _VALUES or before.text in (")", "]") or before.word == "A":
                return Mistake(
                    offset,
                    Text("两个三元组之间缺少句点", "a dot is missing between two triples"),
                    Text(
                        f"在 {token.text} 之前加“ .”（同一主语的下一个谓词用“;”）",
                        f"put ' .' before {token.text} (or ';' when the subject stays the same)",
                    ),
                )
            break
    return None


def unbound(text: str) -> Mistake | None:
    """Return which variable of a SELECT is neither grouped by nor bound."""
    reading = Reading(text, {})
    grouped = _grouped(reading)
    names = [token.text[1:] for token in reading.tokens if token.kind is Kind.VARIABLE]
    for projection in reading.projections():
        words = {t.word for t in reading.tokens[projection[0] :]} if projection else set()
        has_groups = bool(grouped) or bool(AGGREGATES & words)
        for index in projection:
            token = reading.tokens[index]
            if token.kind is not Kind.VARIABLE or token.text[1:] in grouped:
                continue
            if names.count(token.text[1:]) == 1:
                return _not_bound(token, names)
            if has_groups:
                return _not_grouped(token)
    return None


def _grouped(reading: Reading) -> set[str]:
    found = set()
    for index, token in enumerate(reading.tokens):
        if token.word == "GROUP":
            for after in reading.tokens[index + 2 :]:
                if after.word in MODIFIERS or after.word == "VALUES" or after.text == "}":
                    break
                if after.kind is Kind.VARIABLE:
                    found.add(after.text[1:])
    return found


def _not_grouped(token: Token) -> Mistake:
    name = token.text
    return Mistake(
        token.start,
        Text(f"{name} 没有分组", f"{name} is not grouped by"),
        Text(
            f"在末尾加上 GROUP BY {name}，或对它求合计，如 (SAMPLE({name}) AS ?x)",
            f"add GROUP BY {name} at the end, or aggregate it, as in (SAMPLE({name}) AS ?x)",
        ),
    )


def _not_bound(token: Token, names: Sequence[str]) -> Mistake:
    others = [name for name in names if name != token.text[1:]]
    near = get_close_matches(token.text[1:], others, n=1, cutoff=0.6)
    return Mistake(
        token.start,
        Text(f"查询体内没有 {token.text}", f"{token.text} does not occur in the query's pattern"),
        Text(f"是否想写 ?{near[0]}？", f"did you mean ?{near[0]}?") if near else None,
    )


def overridden(text: str) -> Mistake | None:
    """Return which variable is named by AS though the pattern binds it."""
    reading = Reading(text, {})
    names = [token.text[1:] for token in reading.tokens if token.kind is Kind.VARIABLE]
    for index, token in enumerate(reading.tokens):
        after = reading.at(index + 1)
        if token.word == "AS" and names.count(after.text[1:]) > 1:
            return Mistake(
                after.start,
                Text(f"{after.text} 已经存在", f"{after.text} exists already"),
                Text("AS 后面用一个新的变量名", "give AS a new variable"),
            )
    return None


def star_of_groups(text: str) -> Mistake | None:
    """Return where `SELECT *` stands, which does not go with GROUP BY."""
    reading = Reading(text, {})
    for index, token in enumerate(reading.tokens):
        if token.word == "SELECT" and reading.at(index + 1).text == "*":
            return Mistake(
                reading.at(index + 1).start,
                Text("有 GROUP BY 时不能用 SELECT *", "SELECT * does not go with GROUP BY"),
                Text("写出分组的变量和合计", "name the grouped variables and the aggregates"),
            )
    return None
