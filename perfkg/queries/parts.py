"""Parts of a query that are there for one parameter and are left out while it has no value.

A part stands between two comment lines, `#if NAME` and `#end`. With a value it is read like all
else. Without one it could leave out no row, but an engine would still work it off: joining the
department of every form to rows from which no department is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from perfkg.sparql.tokens import Kind, tokenize

_BEGIN: Final = re.compile(r"#if\s+([A-Za-z]\w*)\s*")
_END: Final = re.compile(r"#end\s*")


class UnevenParts(ValueError):
    """A part has no end, an end no beginning, or a part stands inside another.

    Attributes:
        offset: of the line at fault.
    """

    def __init__(self, offset: int) -> None:
        """Keep the place."""
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part is, from its first character to behind its last, and its parameter."""

    name: str
    start: int
    end: int


def parts(text: str) -> Iterator[Part]:
    """Yield the parts of a query, in their order.

    Raises:
        UnevenParts: they do not pair up.
    """
    begun: tuple[str, int] | None = None
    for token in tokenize(text) if "#if" in text or "#end" in text else ():
        if token.kind is not Kind.COMMENT:
            continue
        opening, closing = _BEGIN.fullmatch(token.text), _END.fullmatch(token.text)
        if opening and begun is None:
            begun = opening[1], token.start
        elif closing and begun is not None:
            yield Part(begun[0], begun[1], token.end)
            begun = None
        elif opening or closing:
            raise UnevenParts(token.start)
    if begun is not None:
        raise UnevenParts(begun[1])


def needed(text: str, given: Container[str]) -> str:
    """Return the query without the parts whose parameter is not among `given`.

    >>> needed("ASK { ?s ?p ?o\\n#if o\\nFILTER(?o = ?wanted)\\n#end\\n}", ())
    'ASK { ?s ?p ?o\\n}'
    """
    kept, place = "", 0
    for part in parts(text):
        if part.name not in given:
            kept += text[place : part.start].rstrip(" \t").removesuffix("\n")
            place = part.end
    return kept + text[place:]
