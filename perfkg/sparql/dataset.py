"""The data set that a request asks about (SPARQL 1.1 Protocol, sections 2.1.4 and 2.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfkg.errors import QueryRefused
from perfkg.sparql.tokens import Kind, Token, decode_escapes, significant


@dataclass(frozen=True, slots=True)
class Dataset:
    """Graphs of the store that a query sees instead of all of them.

    Attributes:
        default: IRIs of the graphs that together are the default graph.
        named: IRIs of the graphs that GRAPH reaches.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is chosen; otherwise a query sees the whole store."""
        return bool(self.default or self.named)


def with_using(update: str, dataset: Dataset) -> str:
    """Return `update` with the data set stated in each of its operations that has a WHERE.

    Args:
        update: a text that `check_update` let pass.
        dataset: what `using-graph-uri` and `using-named-graph-uri` name, valid as IRIs.

    Raises:
        QueryRefused: the update chooses a data set itself (USING, USING NAMED, WITH).

    >>> with_using("DELETE WHERE { ?s ?p ?o }", Dataset(default=("http://e/g",)))
    'DELETE { ?s ?p ?o } USING <http://e/g> WHERE { ?s ?p ?o }'
    """
    if not dataset:
        return update
    text = decode_escapes(update)
    clauses = " ".join(
        [f"USING <{iri}>" for iri in dataset.default]
        + [f"USING NAMED <{iri}>" for iri in dataset.named]
    )
    pieces, done = [], 0
    for offset, addition in _additions(text, clauses):
        pieces += [text[done:offset], addition]
        done = offset
    return "".join([*pieces, text[done:]])


def _additions(text: str, clauses: str) -> Iterator[tuple[int, str]]:
    for operation in _operations(text):
        words = [token.word for token in operation]
        if {"USING", "WITH"} & set(words):
            raise QueryRefused(
                "更新中已有 USING 或 WITH，不能再用参数 using-graph-uri、using-named-graph-uri",
                "the update chooses its data set with USING or WITH, so the parameters "
                "using-graph-uri and using-named-graph-uri may not",
            )
        if words[:2] == ["DELETE", "WHERE"]:
            # The short form takes no USING: the pattern is written out as a template.
            pattern = text[operation[2].start : operation[3].end] if len(operation) > 3 else "{}"
            yield operation[1].start, f"{pattern} {clauses} "
        elif "WHERE" in words:
            yield operation[words.index("WHERE")].start, f"{clauses} "


def _operations(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each operation that stand in no braces, and the braces themselves."""
    depth = 0
    found: list[Token] = []
    for token in _without_prologue(text):
        if token.text == "}" and token.kind is Kind.MARK:
            depth -= 1
        if depth == 0 and token.text == ";" and token.kind is Kind.MARK:
            yield found
            found = []
        elif depth == 0:
            found.append(token)
        if token.text == "{" and token.kind is Kind.MARK:
            depth += 1
    yield found


def _without_prologue(text: str) -> Iterator[Token]:
    """Yield the tokens without `PREFIX ex: <…>` and `BASE <…>`."""
    waiting = 0
    for token in significant(text):
        if token.word in ("PREFIX", "BASE", "VERSION"):
            waiting = 2 if token.word == "PREFIX" else 1
        elif waiting:
            waiting -= 1
        else:
            yield token
