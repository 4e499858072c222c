"""What a query asks of `$this` itself.

Where a query names `$this` only as the subject of triple patterns with fixed predicates, its rows
depend on nothing but the values of those predicates. Nodes that have the same values give the same
rows, so one of them is asked for all: ten thousand forms repeat the same few thousand indicators.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from perfkg.sparql.tokens import Kind, Token, significant

_SIMPLE = frozenset((Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.NUMBER, Kind.BLANK))
_REFUSED = frozenset(("GRAPH", "SERVICE", "MINUS", "VALUES", "BASE", "PREFIX"))
_VARYING = frozenset(("RAND", "NOW", "UUID", "STRUUID", "BNODE"))
_AFTER_GROUP = frozenset(("GROUP", "HAVING", "ORDER"))


@dataclass(frozen=True, slots=True)
class Element:
    """A triple pattern, FILTER or BIND that stands directly in the outermost group.

    Attributes:
        pieces: where it stands in the query: from and to, one piece after the other.
        own: tokens of the predicates of `$this` in it.
        mentions: its variables, without that which a BIND gives a value.
        binds: the variables that it binds.
    """

    pieces: tuple[tuple[int, int], ...]
    own: frozenset[str]
    mentions: frozenset[str]
    binds: frozenset[str]

    @property
    def is_filter(self) -> bool:
        """Whether it only leaves out."""
        return not self.binds

    @property
    def is_triple(self) -> bool:
        """Whether it is a triple pattern with a variable."""
        return bool(self.binds) and self.binds <= self.mentions


@dataclass(frozen=True, slots=True)
class Star:
    """The predicates of a query, by what they are asked of.

    Attributes:
        own: tokens of the predicates that lead away from `$this`, as they are written in the query
            (`pk:unit`, `<http://…>`, `a`).
        others: tokens of the predicates that are asked of other nodes, each with that of the class
            where `a` is asked for one, else with nothing; None where a path asks for more than
            its predicates say.
        places: offset of each token of `own`, with its text.
        elements: what stands directly in the outermost group, in its order; what stands in groups
            inside it is left out.
        bound_elsewhere: the variables that anything but a BIND of the outermost group binds.
    """

    own: frozenset[str]
    others: frozenset[tuple[str, str]] | None
    places: tuple[tuple[int, str], ...]
    elements: tuple[Element, ...]
    bound_elsewhere: frozenset[str]

    def renamed(self, text: str, name: Callable[[str], str]) -> str:
        """Return the query with each predicate of `$this` replaced by `name` of its token."""
        for start, token in sorted(self.places, reverse=True):
            text = text[:start] + name(token) + text[start + len(token) :]
        return text


class _NotAStar(Exception):
    pass


def star(text: str) -> Star | None:
    """Return the predicates that a query follows from `$this` and from other nodes.

    Returns:
        None where the query uses `$this` in any other way than as a subject: as an object, in an
        expression, with a predicate that is no fixed IRI.

    >>> found = star("SELECT $this WHERE { $this ex:a/ex:b ?x ; ex:c 1 . OPTIONAL { ?x a ?y } }")
    >>> sorted(found.own), sorted(found.others)
    (['ex:a', 'ex:c'], [('a', ''), ('ex:b', '')])
    >>> star("SELECT $this WHERE { ?x ex:a $this }")
    """
    tokens = list(significant(text))
    # The values are those of the default graph.
    if any(token.word in _REFUSED for token in tokens):
        return None
    try:
        return _Reader(tokens).read()
    except (_NotAStar, IndexError):
        return None


class _Reader:
    """Reads a query from its first token to its last."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._own: list[Token] = []
        self._others: set[tuple[str, str]] = set()
        self._elements: list[Element] = []
        self._bound: set[str] = set()
        self._depth = 0
        self._is_closed = True

    def read(self) -> Star:
        self._head()
        while self._place < len(self._tokens):
            self._element()
        return Star(
            own=frozenset(token.text for token in self._own),
            others=frozenset(self._others) if self._is_closed else None,
            places=tuple((token.start, token.text) for token in self._own),
            elements=tuple(self._elements),
            bound_elsewhere=frozenset(self._bound),
        )

    def _element(self) -> None:
        word = self._tokens[self._place].word
        if word == "SELECT":
            self._head()
        elif word in ("FILTER", "BIND"):
            self._place += 1
            self._condition()
        elif word in _AFTER_GROUP:
            self._modifier()
        elif word in ("OPTIONAL", "UNION", "LIMIT", "OFFSET") or self._text() in "{}.":
            self._depth += (self._text() == "{") - (self._text() == "}")
            self._place += 1
        elif self._tokens[self._place].kind is Kind.NUMBER:
            self._place += 1
        else:
            self._triples()

    def _head(self) -> None:
        """Read to the brace that opens the pattern; `$this` may stand by itself."""
        start = self._place
        while self._text() != "{":
            if self._text() == "(":
                self._expression()
            self._place += 1
        if self._depth:
            self._bound.update(_names(self._tokens[start : self._place]))

    def _condition(self) -> None:
        """Read what stands behind FILTER or BIND."""
        start = self._place - 1
        while self._text() not in "({":
            if _is_this(self._tokens[self._place]):
                raise _NotAStar
            self._place += 1
        if self._text() == "(":
            self._expression()
            self._place += 1
            self._keep_condition(self._tokens[start : self._place])

    def _keep_condition(self, tokens: list[Token]) -> None:
        names = _names(tokens)
        if self._depth != 1 and tokens[0].word == "BIND":
            self._bound.update(names)
        if self._depth == 1 and not any(token.word in _VARYING for token in tokens):
            piece = (tokens[0].start, tokens[-1].end)
            is_bind = tokens[0].word == "BIND"
            mentions, binds = (names[:-1], names[-1:]) if is_bind else (names, [])
            self._elements.append(
                Element((piece,), frozenset(), frozenset(mentions), frozenset(binds))
            )

    def _modifier(self) -> None:
        """Read GROUP BY, HAVING or ORDER BY."""
        self._place += 1
        while self._place < len(self._tokens) and self._text() not in "}{":
            if self._tokens[self._place].word in _AFTER_GROUP:
                return
            if self._text() == "(":
                self._expression()
            self._place += 1

    def _expression(self) -> None:
        """Read an expression to the bracket that closes it."""
        depth = 0
        while True:
            token = self._tokens[self._place]
            if _is_this(token) or token.word == "EXISTS":
                raise _NotAStar
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                return
            self._place += 1

    def _triples(self) -> None:
        """Read a subject and what stands behind it: predicates and objects."""
        subject = self._tokens[self._place]
        is_this = _is_this(subject)
        self._object(is_subject=True)
        while True:
            start = self._place
            first = self._path(leads=is_this)
            path = self._tokens[start : self._place]
            is_type = len(path) == 1 and path[0].text == "a"
            for token in self._objects(subject, path, first if is_this else []):
                if is_type and not is_this:
                    self._others.add(("a", self._class(token)))
            if is_this:
                self._own += first
            elif not is_type:
                self._ask(first)
            if self._text() != ";":
                return
            while self._text() == ";":
                self._place += 1
            if self._text() in (".", "}"):
                return

    def _objects(self, subject: Token, path: list[Token], own: list[Token]) -> list[Token]:
        """Read the objects behind a path."""
        objects = []
        while True:
            start = self._place
            objects.append(self._object())
            self._keep_triple(subject, path, self._tokens[start : self._place], own)
            if self._text() != ",":
                return objects
            self._place += 1

    def _keep_triple(
        self, subject: Token, path: list[Token], value: list[Token], own: list[Token]
    ) -> None:
        if self._depth == 1:
            names = frozenset(_names([subject, value[0]]))
            pieces = [(subject.start, subject.end), (path[0].start, path[-1].end)]
            pieces.append((value[0].start, value[-1].end))
            tokens = frozenset(token.text for token in own)
            self._elements.append(Element(tuple(pieces), tokens, names, names))

    @staticmethod
    def _class(token: Token) -> str:
        return token.text if token.kind in (Kind.IRI, Kind.NAME) else ""

    def _ask(self, predicates: list[Token]) -> None:
        """Note predicates that are asked of nodes that may be others than `$this`."""
        self._others.update((predicate.text, "") for predicate in predicates)

    def _path(self, *, leads: bool) -> list[Token]:
        """Read a property path; return the predicates that it can begin with.

        Args:
            leads: whether it begins at `$this`.
        """
        first = self._sequence(leads=leads)
        while self._text() == "|":
            self._place += 1
            first += self._sequence(leads=leads)
        return first

    def _sequence(self, *, leads: bool) -> list[Token]:
        first = self._step(leads=leads)
        while self._text() == "/":
            self._place += 1
            self._ask(self._step(leads=False))
        return first

    def _step(self, *, leads: bool) -> list[Token]:
        if self._text() == "^":
            if leads:
                raise _NotAStar
            self._place += 1
        token = self._tokens[self._place]
        self._place += 1
        if token.text == "(":
            first = self._path(leads=leads)
            if self._text() != ")":
                raise _NotAStar
            self._place += 1
        elif token.kind in (Kind.IRI, Kind.NAME) or token.text == "a":
            first = [token]
        else:
            raise _NotAStar
        if self._text() in ("*", "?", "+"):
            self._repeated(leads=leads)
        return first

    def _repeated(self, *, leads: bool) -> None:
        """Read the sign of a repeated step."""
        if leads and self._text() != "+":
            raise _NotAStar
        # A path of no step holds of every node of the graph, one of several goes on at others.
        self._is_closed = self._is_closed and not leads and self._text() == "+"
        self._place += 1

    def _object(self, *, is_subject: bool = False) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        if _is_this(token) and not is_subject:
            raise _NotAStar
        self._bound.update(_names([token]))
        if token.kind is Kind.STRING:
            if self._tokens[self._place].kind is Kind.LANGUAGE:
                self._place += 1
            elif self._text() == "^^":
                self._place += 2
        elif token.kind not in _SIMPLE and token.word not in ("TRUE", "FALSE"):
            raise _NotAStar
        return token

    def _text(self) -> str:
        return self._tokens[self._place].text


def _is_this(token: Token) -> bool:
    return token.kind is Kind.VARIABLE and token.text[1:] == "this"


def _names(tokens: list[Token]) -> list[str]:
    return [token.text[1:] for token in tokens if token.kind is Kind.VARIABLE]
