"""What deserves a second look in a query that runs: it is right, and yet may find nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from perfkg.messages import Text
from perfkg.namespaces import PK
from perfkg.sparql.hints import about_iri
from perfkg.sparql.mistakes import HALF_WIDTH
from perfkg.sparql.tokens import Kind, Token, position, significant

_FULL_WIDTH: Final = re.compile(f"[{''.join(HALF_WIDTH)}]")


def advice(text: str, prefixes: Mapping[str, str], terms: Collection[str]) -> list[Text]:
    """Return notes on a query.

    Args:
        text: of the query.
        prefixes: those that it need not declare.
        terms: the IRIs of our ontology; another one below its namespace is a slip.
    """
    tokens = list(significant(text))
    declared = {**prefixes, **dict(_declared(tokens))}
    return [*_unknown_terms(text, tokens, declared, terms), *_swallowed(text, tokens)]


def _declared(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for index, token in enumerate(tokens[:-2]):
        if token.word == "PREFIX" and tokens[index + 2].kind is Kind.IRI:
            yield tokens[index + 1].text[:-1], tokens[index + 2].text[1:-1]


def _unknown_terms(
    text: str, tokens: list[Token], declared: Mapping[str, str], terms: Collection[str]
) -> Iterator[Text]:
    ours = {prefix for prefix, space in declared.items() if space == PK}
    for token in tokens:
        prefix, _, local = token.text.partition(":")
        if token.kind is not Kind.NAME or prefix not in ours or not local or PK + local in terms:
            continue
        names = {iri: f"{prefix}:{iri.removeprefix(PK)}" for iri in terms}
        near = about_iri(PK + local, names) or Text("", "")
        line, column = position(text, token.start)
        yield Text(
            f"第 {line} 行第 {column} 列：本体中没有 {token.text}。{near.zh}",
            f"line {line}, column {column}: the ontology has no {token.text}. {near.en}".strip(),
        )


def _swallowed(text: str, tokens: list[Token]) -> Iterator[Text]:
    for token in tokens:
        if token.kind is Kind.VARIABLE and _FULL_WIDTH.search(token.text):
            line, column = position(text, token.start)
            yield Text(
                f"第 {line} 行第 {column} 列：中文标点成了变量名 {token.text} 的一部分",
                f"line {line}, column {column}: Chinese punctuation is part of the variable "
                f"{token.text}",
            )
