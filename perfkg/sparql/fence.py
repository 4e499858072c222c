"""What perfkg refuses before a SPARQL text reaches an engine, and why.

An engine inside this process would fetch what SERVICE or LOAD name (FROM only ever chooses among
the graphs of the store), and a text that nests or chains far enough ends the process that parses
it. Both are decided here, on tokens alone.

The engine's parser is scannerless: it takes `SERVICEex:a` for SERVICE followed by `ex:a`, and
`?a<'>'` for a comparison with a string, where the recommendation's longest match sees a prefixed
name and an IRI. A text that can be read both ways is refused, so that both readings agree on all
that passes. The same holds for codepoint escapes: the text is judged as it stands and decoded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

from perfkg.errors import QueryRefused, QuerySyntaxError
from perfkg.sparql.keywords import CHAINED, CHANGES, OPERATORS, QUERY_WORDS, UPDATE_WORDS
from perfkg.sparql.tokens import Kind, Token, decode_escapes, position, significant


class Form(Enum):
    """The four forms of a query; they decide which results and formats are possible."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one text may ask, well inside what was measured to end an engine's process.

    Attributes:
        characters: length of the text. Longer ones are lists of values by nature, and belong in
            the graph.
        depth: nesting. A plain parenthesis counts 1, every other bracket (a group, a function, a
            list, a blank node) 5: the engine needs that much more of its stack for them. It dies
            between 300 and 1,000 nested functions, and between 3,000 and 10,000 parentheses.
        operators: UNION, MINUS, FILTER, BIND, AS and the operators of expressions and paths
            together. The engine dies between 1,000 and 3,000 MINUS or BIND, and between 3,000
            and 10,000 terms of `||`, `+` or UNION.
        optionals: OPTIONAL blocks. 100 take the engine's planner seconds, 300 more than a minute.
    """

    characters: int = 200_000
    depth: int = 1_000
    operators: int = 1_000
    optionals: int = 100


DEFAULT_LIMITS: Final = Limits()

_REASONS: Final = {
    "SERVICE": ("从其他服务取数（联邦查询）", "fetching from another service (federation)"),
    "LOAD": ("从网络装载数据", "loading data from the network"),
}
_OPENING: Final = frozenset(("(", "{", "[", "<<", "<<(", "{|"))
_CLOSING: Final = frozenset((")", "}", "]", ">>", ")>>", "|}"))
_OPERANDS: Final = frozenset(
    (
        Kind.VARIABLE,
        Kind.NUMBER,
        Kind.STRING,
        Kind.LANGUAGE,
        Kind.NAME,
        Kind.IRI,
        Kind.BLANK,
    )
)
_GLUED: Final = re.compile(r"service|^load", re.IGNORECASE)
_ASCII_QUOTES: Final = {"“": '"', "”": '"', "‘": "'", "’": "'"}
_HIERARCHICAL: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")


def check_query(text: str, limits: Limits = DEFAULT_LIMITS) -> Form:
    """Return the form of a query that may run.

    Args:
        text: the query as it came.
        limits: how much it may ask.

    Raises:
        QuerySyntaxError: it is no SPARQL query, as far as tokens show.
        QueryRefused: it asks for something that perfkg does not do, or too much.

    >>> check_query("ASK { ?form a pk:Form }").value
    'ASK'
    """
    forms = []
    for reading in _readings(text, limits):
        walk = _QueryWalk(reading, limits)
        walk.run()
        forms.append(walk.found())
    return forms[0]


def check_update(text: str, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise what `check_query` raises when an update asks for LOAD, SERVICE or too much."""
    for reading in _readings(text, limits):
        _UpdateWalk(reading, limits).run()


class _Walk:
    """One pass over the tokens of one reading of a text.

    `values` is the depth at which a VALUES block stands: the signs of its numbers are no operators.
    """

    allowed = QUERY_WORDS

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.previous: Token | None = None
        self.open: list[tuple[str, int]] = []
        self.values: int | None = None
        self.depth = 0
        self.operators = 0
        self.optionals = 0

    def run(self) -> None:
        """Look at every token once; the first that does not pass ends the walk."""
        for token in significant(self.text):
            self.look(token)
            self.previous = token

    def look(self, token: Token) -> None:
        """Judge one token."""
        if token.kind is Kind.WORD:
            self.word(token)
        elif token.kind is Kind.MARK:
            self.mark(token)
        elif token.kind is Kind.NAME:
            self.name(token)
        elif token.kind is Kind.IRI:
            self.iri(token)
        elif token.kind is Kind.BROKEN:
            raise self.syntax(token, "引号没有闭合", "this quotation mark is never closed")
        elif token.kind is Kind.UNKNOWN:
            raise self.unknown(token)

    def word(self, token: Token) -> None:
        word = token.word
        if word in _REASONS:
            raise self.refused(token, *_REASONS[word])
        if word not in self.allowed:
            raise self.syntax(
                token,
                f"不认识“{token.text}”：变量以 ? 开头（?{token.text}），"
                f"名称带前缀（pk:{token.text}），文字加引号",
                f'"{token.text}" means nothing here: a variable begins with ? (?{token.text}), '
                f"a name has a prefix (pk:{token.text}), text stands in quotes",
            )
        if word == "VALUES":
            self.values = len(self.open)
        if word == "OPTIONAL":
            self.optionals += 1
            self.within(token, self.optionals, self.limits.optionals, "OPTIONAL", "OPTIONAL")
        elif word in CHAINED:
            self.operator(token)

    def mark(self, token: Token) -> None:
        mark = token.text
        if mark in _OPENING:
            weight = 1 if mark == "(" and not self.is_call() else 5
            self.open.append((mark, weight))
            self.depth += weight
            self.within(token, self.depth, self.limits.depth, "嵌套", "nesting")
        elif mark in _CLOSING:
            if not self.open:
                raise self.syntax(token, f"多出一个“{mark}”", f'one "{mark}" too many')
            self.depth -= self.open.pop()[1]
            if mark == "}" and len(self.open) == self.values:
                self.values = None
        elif mark in OPERATORS and self.values is None:
            self.operator(token)

    def operator(self, token: Token) -> None:
        self.operators += 1
        self.within(token, self.operators, self.limits.operators, "运算与组合", "operators")

    def name(self, token: Token) -> None:
        prefix = token.text.partition(":")[0]
        if prefix and _GLUED.search(prefix):
            raise self.refused(
                token,
                f"前缀“{prefix}:”（其中的关键字会被部分引擎单独读出；请换一个前缀名）",
                f'the prefix "{prefix}:" (some engines read the keyword in it on its own; '
                "choose another prefix)",
            )

    def iri(self, token: Token) -> None:
        is_compared = self.after_operand() and bool(self.open) and "(" in self.open[-1][0]
        hides = "'" in token.text or "#" in token.text
        if is_compared and hides and not _HIERARCHICAL.match(token.text):
            raise self.refused(
                token,
                "可作两种解读的“<”（若是比较，请在 < 后加空格；若是 IRI，请写成带前缀的名称）",
                'a "<" that can be read in two ways (put a space behind it if it compares; '
                "write a prefixed name if it is an IRI)",
            )

    def is_call(self) -> bool:
        """Tell whether a parenthesis that opens now holds arguments."""
        return self.previous is not None and self.previous.kind in (Kind.WORD, Kind.NAME, Kind.IRI)

    def after_operand(self) -> bool:
        """Tell whether the token before is one that an infix operator may follow."""
        before = self.previous
        if before is None:
            return False
        return before.kind in _OPERANDS or before.text == ")" or before.word in ("TRUE", "FALSE")

    def within(self, token: Token, count: int, limit: int, zh: str, en: str) -> None:
        if count > limit:
            raise self.refused(
                token,
                f"{zh}超过上限 {limit}；请把查询拆小，或用 VALUES 列出取值",
                f"more {en} than the limit of {limit}; split the query, or list values in VALUES",
            )

    def refused(self, token: Token, zh: str, en: str) -> QueryRefused:
        line, column = position(self.text, token.start)
        return QueryRefused(
            f"不允许：{zh}", f"refused: {en}", place=f"line {line}, column {column}"
        )

    def syntax(self, token: Token, zh: str, en: str) -> QuerySyntaxError:
        line, column = position(self.text, token.start)
        return QuerySyntaxError(zh, en, line=line, column=column)

    def unknown(self, token: Token) -> QuerySyntaxError:
        character = token.text
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        if character == "\\":
            return self.syntax(
                token,
                "引号之外不能有转义；请直接写出该字符",
                "no escapes outside quotes; write the character itself",
            )
        plain = _ASCII_QUOTES.get(character) or unicodedata.normalize("NFKC", character)
        if plain.isascii() and plain.strip() and plain != character:
            return self.syntax(
                token,
                f"此处不能有“{shown}”，请用半角 {plain}",
                f"{shown} cannot stand here; use {plain}",
            )
        return self.syntax(token, f"此处不能有 {shown}", f"{shown} cannot stand here")


class _QueryWalk(_Walk):
    """A walk that also finds out which form the query has."""

    def __init__(self, text: str, limits: Limits) -> None:
        super().__init__(text, limits)
        self.form: Form | None = None

    def word(self, token: Token) -> None:
        if token.word in CHANGES:
            raise self.refused(
                token,
                f"在查询中写入（{token.word}）；写入请走更新接口，并提供令牌",
                f"writing in a query ({token.word}); updates have their own request and need "
                "the token",
            )
        super().word(token)
        if self.form is None and not self.open and token.word in Form.__members__:
            self.form = Form[token.word]
        elif self.form is None and token.word not in ("BASE", "PREFIX", "VERSION"):
            raise self.no_form(token)

    def found(self) -> Form:
        """Return the form, now that the walk is over."""
        if self.form is None:
            end = Token(Kind.SPACE, "", len(self.text.rstrip()))
            raise self.syntax(
                end,
                "这里没有查询；例如：SELECT * WHERE { ?form a pk:Form } LIMIT 10",
                "there is no query here; for example: SELECT * WHERE { ?form a pk:Form } LIMIT 10",
            )
        return self.form

    def no_form(self, token: Token) -> QuerySyntaxError:
        return self.syntax(
            token,
            "查询应以 SELECT、ASK、CONSTRUCT 或 DESCRIBE 开头（前面只能有 PREFIX、BASE）",
            "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE (only PREFIX and BASE may "
            "stand before)",
        )


class _UpdateWalk(_Walk):
    """A walk over an update."""

    allowed = QUERY_WORDS | UPDATE_WORDS


def _readings(text: str, limits: Limits) -> list[str]:
    """Return the text as the recommendation reads it and, if it differs, as engines may."""
    if len(text) > limits.characters:
        raise QueryRefused(
            f"查询文本有 {len(text)} 个字符，上限为 {limits.characters}",
            f"the text has {len(text)} characters; the limit is {limits.characters}",
        )
    decoded = decode_escapes(text)
    return [decoded] if decoded == text else [decoded, text]
