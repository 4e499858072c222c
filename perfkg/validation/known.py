"""The queries of the built-in rules, which were tried when they were written.

`python -m perfkg.validation.known` tries them all and notes them down in `known-queries.txt`; a
test fails where that is forgotten. With another version of the engine all are tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from perfkg.namespaces import SH
from perfkg.shacl.known import key_of
from perfkg.shacl.select import SelectConstraint

if TYPE_CHECKING:
    from perfkg.validation.shapes import Shapes

FILE = Path(__file__).with_name("known-queries.txt")


@cache
def known_queries() -> frozenset[str]:
    """Return the keys of the queries that need not be tried again."""
    return frozenset(FILE.read_text(encoding="ascii").split("\n")) if FILE.exists() else frozenset()


def noted(shapes: Shapes) -> str:
    """Return what the file says of some shapes, which are tried for it."""
    keys = sorted({*_of_plan(shapes), *_of_graph(shapes)})
    return "\n".join((f"pyoxigraph {ox.__version__}", *keys)) + "\n"


def _of_plan(shapes: Shapes) -> Iterator[str]:
    for shape in shapes.plan.shapes.values():
        for constraint in shape.constraints:
            if isinstance(constraint, SelectConstraint):
                yield key_of(constraint.query.analysed.text, constraint.query.prefixes)


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
