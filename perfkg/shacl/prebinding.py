"""SPARQL constraints for a whole set of focus nodes at once.

SHACL defines a constraint for one node: its variables are pre-bound, which means that every basic
graph pattern of the query is joined with their values (https://www.w3.org/TR/shacl/#pre-binding).
Joins, unions, filters, optional parts and grouping by `$this` treat each node by itself, so the
same query joined with the *set* of nodes gives the union of what it gives for each. The set is
joined to the outermost group, and again to each group inside that uses a variable in an expression
without binding it by a triple pattern of its own. Only LIMIT and OFFSET look beyond one node: a
query that has them is run for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from perfkg.shacl.query_text import name_of, tokens_of
from perfkg.sparql.tokens import Kind, Token

FORBIDDEN: Final = frozenset(("MINUS", "VALUES", "SERVICE", "FROM", "LATERAL"))
OPTIONAL_PREBOUND: Final = frozenset(("shapesGraph", "currentShape"))
_DEPTH: Final = 60
_ALWAYS: Final = -1


class Refused(Exception):
    """A query is not allowed as a constraint; says why in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en


@dataclass(slots=True)
class Group:
    """One group graph pattern and where it uses which variable.

    Attributes:
        kind: `outer`, `plain`, `optional`, `graph`, `exists` or `body` (of a sub-SELECT).
        start, end: offsets just behind `{` and of `}`.
        at: how many tokens of the query stand before it.
        bare: whether it holds a SELECT instead of patterns.
        bound: the first triple pattern that names a variable, by variable.
        needed: for each variable the places in expressions that need it bound; `_ALWAYS` for a
            filter, which sees the whole group.
        parts: the plain groups and the sub-SELECT directly in it.
        early: the variables that an OPTIONAL, a BIND or a GRAPH uses before anything binds them.
    """

    kind: str
    parent: Group | None
    start: int
    at: int
    end: int = 0
    bare: bool = False
    bound: dict[str, int] = field(default_factory=dict)
    needed: list[tuple[str, int, bool]] = field(default_factory=list)
    parts: list[Group] = field(default_factory=list)
    early: set[str] = field(default_factory=set)

    def use(self, names: Iterable[str], place: int) -> None:
        """Note that variables are used at a place, by what has read the group up to there."""
        self.early |= {
            name for name in names if not self.binds(name, place) and not self.binds_inside(name)
        }

    def binds(self, name: str, before: int) -> bool:
        """Tell whether a triple pattern names a variable before a place (`_ALWAYS`: anywhere)."""
        place = self.bound.get(name)
        return place is not None and (before == _ALWAYS or place < before)

    def binds_inside(self, name: str) -> bool:
        """Tell whether all plain groups in it, joined or in a UNION, bind a variable."""
        return bool(self.parts) and all(
            part.binds(name, _ALWAYS) or part.binds_inside(name) for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Analysed:
    """A query cut open: its groups from the outermost inwards.

    Attributes:
        idle: pre-bound variables that a sub-SELECT projects, as it must, and does not use.
    """

    text: str
    groups: tuple[Group, ...]
    is_ask: bool
    is_star: bool
    projected: frozenset[str]
    mentioned: frozenset[str]
    by_node: bool
    head_end: int
    idle: tuple[Token, ...]

    def join(self, prebound: str, names: Sequence[str], *, outermost: bool) -> str:
        """Return the query with the group elements `prebound` joined where they are needed.

        Args:
            prebound: group elements that bind `names`, once for each combination of values.
            names: the pre-bound variables.
            outermost: whether the outermost group must be joined; it is not where groups in it,
                but none of its own triple patterns, bind all of `names`, and the caller drops the
                rows of other nodes: a join in front of sub-SELECTs keeps an engine from joining
                those first.
        """
        text = self.text
        # What a sub-SELECT projects and never binds adds nothing to its rows, but an engine that
        # cannot tell so joins them with all others.
        edits = [(token.start, token.end, "") for token in self.idle]
        joined: set[int] = set()
        for group in self.groups:
            if self._is_joined(group, names, joined, outermost=outermost):
                joined.add(group.start)
                before = f" {prebound} " + ("{ " if group.bare else "")
                edits.append((group.start, group.start, before))
                if group.bare:
                    edits.append((group.end, group.end, " } "))
        for start, end, piece in sorted(edits, reverse=True):
            text = text[:start] + piece + text[end:]
        return text

    @staticmethod
    def _is_joined(
        group: Group, names: Sequence[str], joined: set[int], *, outermost: bool
    ) -> bool:
        if group.kind == "outer":
            is_left = all(
                not group.binds(name, _ALWAYS) and group.binds_inside(name) for name in names
            )
            return outermost or not is_left or not group.early.isdisjoint(names)
        if group.kind == "exists":
            return False
        return not group.early.isdisjoint(names) or any(
            name in names and not _sees(group, name, place, joined, is_filter=is_filter)
            for name, place, is_filter in group.needed
        )


def _sees(group: Group, name: str, place: int, joined: set[int], *, is_filter: bool) -> bool:
    """Tell whether an expression of a group sees a pre-bound variable bound."""
    if group.binds(name, place) or (place == _ALWAYS and group.binds_inside(name)):
        return True
    # The filter of an OPTIONAL sees what stands to the left of it.
    parent = group.parent
    if not is_filter or group.kind != "optional" or parent is None:
        return False
    return parent.start in joined or parent.binds(name, group.at)


def analyse(text: str, prebound: Sequence[str]) -> Analysed:
    """Cut a query open and check what SHACL asks of it.

    Args:
        text: a query, with `$PATH` already replaced.
        prebound: names of the variables that will be pre-bound.

    Raises:
        Refused: it breaks the rules for pre-bound variables, or is no SELECT or ASK.
    """
    return _Reader(text, prebound).read()


class _Reader:
    """Reads the tokens of one query, group by group."""

    def __init__(self, text: str, prebound: Sequence[str]) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._prebound = frozenset(prebound)
        self._place = 0
        self._groups: list[Group] = []
        self._is_star = False
        self._projected: set[str] = set()
        self._idle: list[Token] = []

    def read(self) -> Analysed:
        self._check_words()
        forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        form = next((token for token in self._tokens if token.word in forms), None)
        if form is None or form.word not in ("SELECT", "ASK"):
            raise Refused("应为 SELECT 或 ASK 查询", "a SELECT or ASK query was expected")
        self._place = self._tokens.index(form) + 1
        head_end = self._place
        self._query(None, "outer")
        words = {t.word for t in self._tokens}
        return Analysed(
            text=self._text,
            groups=tuple(self._groups),
            is_ask=form.word == "ASK",
            is_star=self._is_star,
            projected=frozenset(self._projected),
            mentioned=frozenset(name_of(t) for t in self._tokens if t.kind is Kind.VARIABLE),
            by_node=bool(words & {"LIMIT", "OFFSET"}),
            head_end=self._tokens[head_end - 1].start,
            idle=tuple(self._idle),
        )

    def _check_words(self) -> None:
        for index, token in enumerate(self._tokens):
            if token.word in FORBIDDEN:
                raise Refused(
                    f"约束中的查询不能用 {token.word}", f"a constraint may not use {token.word}"
                )
            if token.word == "AS" and index + 1 < len(self._tokens):
                after = self._tokens[index + 1]
                if after.kind is Kind.VARIABLE and name_of(after) in self._prebound:
                    raise Refused(
                        f"不能用 AS 给预先绑定的变量 {after.text} 赋值",
                        f"the pre-bound variable {after.text} may not be assigned with AS",
                    )

    # A query: SELECT … WHERE { … } …, the outermost or one inside a group.

    def _query(self, owner: Group | None, kind: str) -> None:
        mentions: list[str] = []
        projected: set[str] = set()
        named: list[Token] = []
        star = False
        while self._peek() != "{":
            token = self._next()
            if token.text == "(":
                # What an expression is given AS is projected as well.
                inside = self._expression(owner)
                mentions += inside
                projected.update(inside[-1:])
            elif token.kind is Kind.VARIABLE:
                projected.add(name_of(token))
                named.append(token)
                # What a sub-SELECT projects without binding it joins with every node: no row of
                # it is of one node alone. Joined inside, the nodes would only multiply the rows.
                if owner is None:
                    mentions.append(name_of(token))
            elif token.text == "*":
                star = True
        if owner is None:
            self._projected, self._is_star = projected, star
        place = self._place
        group = self._group(kind, owner)
        if owner is not None:
            # `SELECT *` returns what the patterns bind, and not what is bound from outside.
            self._check_projection(set(group.bound) if star else projected)
        mentions += self._modifiers(owner)
        if owner is not None:
            idle = self._prebound.difference(self._variables(place))
            unused = [token for token in named if name_of(token) in idle]
            self._idle += unused if len(unused) < len(projected) else ()
        group.needed += [(name, _ALWAYS, False) for name in mentions]
        if owner is not None:
            owner.bare = True

    def _check_projection(self, projected: set[str]) -> None:
        missing = sorted(self._prebound - OPTIONAL_PREBOUND - projected)
        if missing:
            raise Refused(
                f"子查询的 SELECT 须列出预先绑定的变量 ${missing[0]}",
                f"a sub-SELECT must project the pre-bound variable ${missing[0]}",
            )

    def _modifiers(self, owner: Group | None) -> list[str]:
        """Read GROUP BY, HAVING, ORDER BY; return the variables they name."""
        mentions: list[str] = []
        while self._place < len(self._tokens) and not (owner is not None and self._peek() == "}"):
            token = self._next()
            if token.kind is Kind.VARIABLE and owner is None:
                mentions.append(name_of(token))
            elif token.text == "(":
                mentions += self._expression(owner)
        return mentions

    # A group: everything between braces.

    def _group(self, kind: str, parent: Group | None) -> Group:
        opening = self._next()
        if opening.text != "{":
            raise Refused("查询缺少 {", "the query lacks a {")
        group = Group(kind, parent, opening.end, self._place)
        self._groups.append(group)
        if parent is not None and kind in ("plain", "body"):
            parent.parts.append(group)
        if _depth(group) > _DEPTH:
            raise Refused("查询嵌套过深", "the query is nested too deeply")
        if self._word() == "SELECT":
            self._next()
            self._query(group, "body")
        while self._peek() != "}":
            self._element(group)
        group.end = self._next().start
        return group

    def _element(self, group: Group) -> None:
        token = self._tokens[self._place] if self._place < len(self._tokens) else None
        word = self._word()
        if token is not None and token.text == "{":
            self._group("plain", group)
            return
        token = self._next()
        if word == "OPTIONAL":
            place = self._place
            self._group("optional", group)
            group.use(self._variables(place), place)
        elif word == "FILTER":
            self._filter(group)
        elif word == "BIND":
            place = self._place
            self._next()
            used = self._expression(group)[:-1]
            group.use(used, place)
            group.needed += [(name, place, False) for name in used]
        elif word == "GRAPH":
            place = self._place
            graph = self._next()
            if graph.kind is Kind.VARIABLE:
                group.use([name_of(graph)], place)
                group.needed.append((name_of(graph), place, False))
            self._group("graph", group)
        elif token.kind is Kind.VARIABLE:
            group.bound.setdefault(name_of(token), self._place)

    def _filter(self, group: Group) -> None:
        names: list[str] = []
        while True:
            word = self._word()
            if word == "EXISTS":
                self._next()
                names += self._exists(group)
                break
            token = self._next()
            if token.text == "(":
                names += self._expression(group)
                break
        group.needed += [(name, _ALWAYS, True) for name in names]

    def _exists(self, group: Group | None) -> list[str]:
        """Read the group of an EXISTS; return every variable in it."""
        first = self._place
        self._group("exists", group)
        # Groups inside it see the row that is tested, too: nothing is joined to them.
        inside = self._tokens[first : self._place]
        for nested in self._groups:
            if nested.start > inside[0].start:
                nested.kind = "exists"
        return self._variables(first)

    def _variables(self, first: int) -> list[str]:
        """Return the variables from one place to what has been read, but for idle ones."""
        inside = (t for t in self._tokens[first : self._place] if t.kind is Kind.VARIABLE)
        return [name_of(token) for token in inside if token not in self._idle]

    def _expression(self, group: Group | None) -> list[str]:
        """Read on to the bracket that closes one just read; return the variables on the way."""
        names: list[str] = []
        depth = 1
        while depth:
            if self._word() == "EXISTS":
                self._next()
                names += self._exists(group)
                continue
            token = self._next()
            depth += (token.text == "(") - (token.text == ")")
            if token.kind is Kind.VARIABLE:
                names.append(name_of(token))
        return names

    def _word(self) -> str:
        return self._tokens[self._place].word if self._place < len(self._tokens) else ""

    def _peek(self) -> str:
        if self._place >= len(self._tokens):
            raise Refused("查询不完整", "the query is not complete")
        return self._tokens[self._place].text

    def _next(self) -> Token:
        self._peek()
        self._place += 1
        return self._tokens[self._place - 1]


def _depth(group: Group) -> int:
    depth = 0
    above: Group | None = group
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth
