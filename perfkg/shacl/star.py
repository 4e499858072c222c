"""What a query asks of `$this` itself.

Where a query names `$this` only as the subject of triple patterns with fixed predicates, its rows
depend on nothing but the values of those predicates. Nodes that have the same values give the same
rows, so one of them is asked for all: ten thousand forms repeat the same few hundred indicators.
"""

from __future__ import annotations

from perfkg.sparql.tokens import Kind, Token, significant

_SIMPLE = frozenset((Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.NUMBER, Kind.BLANK))


class _NotAStar(Exception):
    pass


def star(text: str) -> frozenset[str] | None:
    """Return the predicates that a query follows from `$this`, as they are written in it.

    Returns:
        The tokens (`pk:unit`, `<http://…>`, `a`); None where the query uses `$this` in any other
        way: as an object, in an expression, with a predicate that is no fixed IRI.

    >>> sorted(star("SELECT $this WHERE { $this ex:a/ex:b ?x ; ex:c 1 . OPTIONAL { ?x ex:d ?y } }"))
    ['ex:a', 'ex:c']
    >>> star("SELECT $this WHERE { ?x ex:a $this }")
    """
    tokens = list(significant(text))
    # The values are those of the default graph.
    if any(token.word == "GRAPH" for token in tokens):
        return None
    try:
        return _Star(tokens).predicates()
    except (_NotAStar, IndexError):
        return None


class _Star:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._found: set[str] = set()

    def predicates(self) -> frozenset[str]:
        self._skip_head()
        before = "{"
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            if not _is_this(token):
                before = self._projected() if token.word == "SELECT" else token.text
                self._place += 1
            elif before in ("{", ".", "}", ")"):
                self._place += 1
                self._subject()
                before = "."
            elif before.upper() == "BY":
                self._place += 1
            else:
                raise _NotAStar
        return frozenset(self._found)

    def _skip_head(self) -> None:
        while self._tokens[self._place].text != "{":
            if self._tokens[self._place].text == "(":
                self._expression()
            self._place += 1

    def _projected(self) -> str:
        """Read the head of a sub-SELECT, in which `$this` may stand by itself."""
        self._skip_head()
        return "{"

    def _expression(self) -> None:
        depth = 0
        while True:
            token = self._tokens[self._place]
            if _is_this(token):
                raise _NotAStar
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                return
            self._place += 1

    def _subject(self) -> None:
        """Read what stands behind `$this`: predicates and objects."""
        while True:
            self._found |= self._alternatives()
            self._object()
            while self._text() == ",":
                self._place += 1
                self._object()
            if self._text() != ";":
                return
            while self._text() == ";":
                self._place += 1
            if self._text() in (".", "}"):
                return

    def _alternatives(self) -> set[str]:
        """Read a property path; return the predicates that it can begin with."""
        first = self._sequence()
        while self._text() == "|":
            self._place += 1
            first |= self._sequence()
        return first

    def _sequence(self) -> set[str]:
        first = self._step(leads=True)
        while self._text() == "/":
            self._place += 1
            self._step(leads=False)
        return first

    def _step(self, *, leads: bool) -> set[str]:
        if self._text() == "^":
            if leads:
                raise _NotAStar
            self._place += 1
        token = self._tokens[self._place]
        self._place += 1
        if token.text == "(":
            first = self._alternatives() if leads else self._later()
            self._place += 1
        elif token.kind in (Kind.IRI, Kind.NAME) or token.text == "a":
            first = {token.text}
        else:
            raise _NotAStar
        if self._text() in ("*", "?", "+"):
            if leads and self._text() != "+":
                raise _NotAStar
            self._place += 1
        return first

    def _later(self) -> set[str]:
        """Read a path in brackets behind the first step, whose predicates are of other nodes."""
        while True:
            self._step(leads=False)
            if self._text() == ")":
                return set()
            if self._text() not in ("/", "|"):
                raise _NotAStar
            self._place += 1

    def _object(self) -> None:
        token = self._tokens[self._place]
        self._place += 1
        if _is_this(token):
            raise _NotAStar
        if token.kind is Kind.STRING:
            if self._tokens[self._place].kind is Kind.LANGUAGE:
                self._place += 1
            elif self._text() == "^^":
                self._place += 2
        elif token.kind not in _SIMPLE and token.word not in ("TRUE", "FALSE"):
            raise _NotAStar

    def _text(self) -> str:
        return self._tokens[self._place].text


def _is_this(token: Token) -> bool:
    return token.kind is Kind.VARIABLE and token.text[1:] == "this"
