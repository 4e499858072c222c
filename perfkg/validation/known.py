"""The queries of the built-in rules, which were tried when they were written.

`python -m perfkg.validation.known` tries them all and notes them down in `known-queries.txt`, and
which of them look at one form alone; a test fails where that is forgotten. With another version of
the engine all are tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from perfkg.namespaces import PK, SH
from perfkg.shacl.known import key_of
from perfkg.shacl.select import Query, SelectConstraint

if TYPE_CHECKING:
    from perfkg.validation.shapes import Shapes

FILE = Path(__file__).with_name("known-queries.txt")


_LOCAL: Final = " local"

PARTS: Final = frozenset(ox.NamedNode(PK + name) for name in ("inForm", "reportedIn", "resultOf"))
"""The predicates by which a target or a result belongs to its form."""


@cache
def known_queries() -> frozenset[str]:
    """Return the keys of the queries that need not be tried again."""
    return frozenset(line.removesuffix(_LOCAL) for line in _lines())


@cache
def known_local() -> frozenset[str]:
    """Return the keys of the queries that look at a form, its parts and what these name."""
    return frozenset(line.removesuffix(_LOCAL) for line in _lines() if line.endswith(_LOCAL))


def _lines() -> list[str]:
    return FILE.read_text(encoding="ascii").splitlines() if FILE.exists() else []


def noted(shapes: Shapes) -> str:
    """Return what the file says of some shapes, which are tried for it."""
    from perfkg.shacl.locality import Locality  # with rdflib, which takes long to import

    locality = Locality(shapes.plan.shapes, PARTS)
    queries = list(_of_plan(shapes))
    local = {_key(query) for query in queries if locality.asks_nearby(query)}
    keys = sorted({*map(_key, queries), *_of_graph(shapes)})
    lines = (key + (_LOCAL if key in local else "") for key in keys)
    return "\n".join((f"pyoxigraph {ox.__version__}", *lines)) + "\n"


def _key(query: Query) -> str:
    return key_of(query.analysed.text, query.prefixes)


def _of_plan(shapes: Shapes) -> Iterator[Query]:
    for shape in shapes.plan.shapes.values():
        for constraint in shape.constraints:
            if isinstance(constraint, SelectConstraint):
                yield constraint.query


def _of_graph(shapes: Shapes) -> Iterator[str]:
    for keyword in ("select", "ask"):
        predicate = ox.NamedNode(SH + keyword)
        for node in shapes.source.users(predicate):
            for text in shapes.source.objects(node, predicate):
                yield key_of(text.value, shapes.prefixes_of(node))


def main() -> None:
    """Note the built-in rules down."""
    from perfkg.validation.shapes import load_shapes

    FILE.unlink(missing_ok=True)
    FILE.write_text(noted(load_shapes()), encoding="ascii")


if __name__ == "__main__":
    main()
