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
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from perfkg.errors import QueryRefused, QuerySyntaxError
from perfkg.messages import Text
from perfkg.sparql.guesses import broken_iri, broken_string
from perfkg.sparql.hints import about_word, excerpt
from perfkg.sparql.keywords import CHAINED, CHANGES, OPERATORS, QUERY_WORDS, UPDATE_WORDS
from perfkg.sparql.mistakes import HALF_WIDTH, full_width
from perfkg.sparql.reading import Mistake
from perfkg.sparql.syntax import error_about
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
_PAIRED: Final = {"&": Text("“并且”写作 &&", "write && for 'and'")}
_HIERARCHICAL: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")


def check_query(text: str, limits: Limits = DEFAULT_LIMITS, services: Collection[str] = ()) -> Form:
    """Return the form of a query that may run.

    Args:
        text: the query as it came.
        limits: how much it may ask.
        services: the endpoints that SERVICE may name, each by its IRI in full.

    Raises:
        QuerySyntaxError: it is no SPARQL query, as far as tokens show.
        QueryRefused: it asks for something that perfkg does not do, or too much.

    >>> check_query("ASK { ?form a pk:Form }").value
    'ASK'
    """
    forms = []
    for reading in _readings(text, limits):
        walk = _QueryWalk(reading, limits, services)
        walk.run()
        forms.append(walk.found())
    return forms[0]


def calls_out(text: str) -> bool:
    """Tell whether a query that `check_query` let pass asks another service."""
    return any(token.word == "SERVICE" for token in significant(decode_escapes(text)))


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
            raise self.syntax(
                token,
                Text("引号没有闭合", "this quotation mark is never closed"),
                Text(
                    "在文字末尾加上同样的引号；跨行的文字用三个引号",
                    "close the text with the same mark; text over several lines takes three",
                ),
            )
        elif token.kind is Kind.UNKNOWN:
            raise self.unknown(token)

    def word(self, token: Token) -> None:
        word = token.word
        if word in _REASONS:
            raise self.refused(token, *_REASONS[word])
        if word == "SERVICE":
            raise self.no_service(token)
        if word not in self.allowed:
            raise self.unknown_word(token)
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
                raise self.syntax(token, Text(f"多出一个“{mark}”", f'one "{mark}" too many'))
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

    def refused(self, token: Token, zh: str, en: str, hint: Text | None = None) -> QueryRefused:
        line, column = position(self.text, token.start)
        at = (line, column, excerpt(self.text, line, column))
        return QueryRefused(f"不允许：{zh}", f"refused: {en}", at=at, hint=hint)

    def no_service(self, token: Token) -> QueryRefused:
        return self.refused(
            token,
            "从其他服务取数（联邦查询）",
            "fetching from another service (federation)",
            Text(
                "运行者可用 PERFKG_SERVICES 允许某些端点；SERVICE 后写完整的 IRI",
                "who runs the service can allow endpoints with PERFKG_SERVICES; name them by "
                "their IRI in full",
            ),
        )

    def unknown_word(self, token: Token) -> QuerySyntaxError:
        mistake = broken_iri(self.text, token.start) or broken_string(self.previous, token)
        if mistake is not None:
            return error_about(self.text, mistake)
        tokens = significant(self.text)
        variables = {other.text[1:] for other in tokens if other.kind is Kind.VARIABLE}
        declares = self.previous is not None and self.previous.word == "PREFIX"
        return self.syntax(
            token,
            Text(f"不认识“{token.text}”", f'"{token.text}" means nothing here'),
            about_word(token.text, variables, self.allowed, declares=declares),
        )

    def syntax(self, token: Token, reason: Text, hint: Text | None = None) -> QuerySyntaxError:
        return error_about(self.text, Mistake(token.start, reason, hint))

    def unknown(self, token: Token) -> QuerySyntaxError:
        character = token.text
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        if character == "\\":
            return self.syntax(
                token,
                Text("引号之外不能有转义", "no escapes outside quotes"),
                Text("请直接写出该字符", "write the character itself"),
            )
        if character in HALF_WIDTH:
            return self.syntax(token, *full_width(character))
        reason = Text(f"此处不能有 {shown}", f"{shown} cannot stand here")
        return self.syntax(token, reason, _PAIRED.get(character))


class _QueryWalk(_Walk):
    """A walk that also finds out which form the query has."""

    def __init__(self, text: str, limits: Limits, services: Collection[str] = ()) -> None:
        super().__init__(text, limits)
        self.form: Form | None = None
        self.services = services
        self.asked = False

    def look(self, token: Token) -> None:
        before = self.previous
        self.asked = self.asked and before is not None and before.word in ("SERVICE", "SILENT")
        if self.asked and token.word != "SILENT":
            self.service(token)
        super().look(token)

    def service(self, token: Token) -> None:
        """Judge what stands behind SERVICE: only an IRI in full can be looked up in the list."""
        if token.kind is not Kind.IRI or token.text[1:-1] not in self.services:
            raise self.no_service(token)

    def word(self, token: Token) -> None:
        if token.word == "SERVICE" and self.services:
            self.asked = True
            self.operator(token)
            return
        if token.word == "SILENT" and self.asked:
            return
        if token.word in CHANGES:
            raise self.refused(
                token,
                f"在查询中写入（{token.word}）",
                f"writing in a query ({token.word})",
                Text(
                    "更新请用 POST，以参数 update 或内容类型 application/sparql-update 发送，"
                    "并提供令牌",
                    "send an update with POST, as the parameter 'update' or as "
                    "application/sparql-update, with the token",
                ),
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
                Text("这里没有查询", "there is no query here"),
                Text(
                    "例如：SELECT * WHERE { ?form a pk:Form } LIMIT 10",
                    "for example: SELECT * WHERE { ?form a pk:Form } LIMIT 10",
                ),
            )
        return self.form

    def no_form(self, token: Token) -> QuerySyntaxError:
        return self.syntax(
            token,
            Text(
                "查询应以 SELECT、ASK、CONSTRUCT 或 DESCRIBE 开头",
                "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE",
            ),
            Text("前面只能有 PREFIX、BASE", "only PREFIX and BASE may stand before it"),
        )


class _UpdateWalk(_Walk):
    """A walk over an update."""

    allowed = QUERY_WORDS | UPDATE_WORDS

    def word(self, token: Token) -> None:
        if token.word in Form.__members__ and not self.open:
            raise self.syntax(
                token,
                Text(f"{token.word} 是查询，不是更新", f"{token.word} is a query, no update"),
                Text(
                    "用参数 query 或内容类型 application/sparql-query 发送",
                    "send it as the parameter 'query' or as application/sparql-query",
                ),
            )
        super().word(token)


def _readings(text: str, limits: Limits) -> list[str]:
    """Return the text as the recommendation reads it and, if it differs, as engines may."""
    if len(text) > limits.characters:
        raise QueryRefused(
            f"查询文本有 {len(text)} 个字符，上限为 {limits.characters}",
            f"the text has {len(text)} characters; the limit is {limits.characters}",
        )
    decoded = decode_escapes(text)
    return [decoded] if decoded == text else [decoded, text]
