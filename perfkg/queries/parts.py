"""Parts of a query that are there for one parameter and are left out while it has no value.

A part stands between two comment lines, `#if NAME` and `#end`. With a value it is read like all
else. Without one it could leave out no row, but an engine would still work it off: joining the
department of every form to rows from which no department is chosen.

NAME may also be something that a store offers, of which there is one: `statistics`, the numbers
that are counted once for each generation. Such a part has a second half behind `#else`, which says
the same without them. Its first half stands in lines that begin with `#|`, so that the file as it
is asks for nothing that a store may lack.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from perfkg.sparql.tokens import Kind, tokenize

_BEGIN: Final = re.compile(r"#if\s+([A-Za-z]\w*)\s*")
_ELSE: Final = re.compile(r"#else\s*")
_END: Final = re.compile(r"#end\s*")
_HIDDEN: Final = re.compile(r"^([ \t]*)#\|[ \t]?", re.MULTILINE)

STATISTICS: Final = "statistics"
OFFERS: Final = frozenset((STATISTICS,))
"""What a store may offer beside the graph itself."""


class UnevenParts(ValueError):
    """A part has no end, an end or `#else` no beginning, or a part stands inside another.

    Attributes:
        offset: of the line at fault.
    """

    def __init__(self, offset: int) -> None:
        """Keep the place."""
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its name, and where it is.

    Attributes:
        start, end: from its first character to behind its last.
        opened, closed: between `#if NAME` and what ends that half.
        other: where the half behind `#else` begins; None where there is none.
    """

    name: str
    start: int
    end: int
    opened: int
    closed: int
    other: int | None = None


@dataclass(slots=True)
class _Begun:
    name: str
    start: int
    opened: int
    turned: tuple[int, int] | None = None

    def ended(self, start: int, end: int) -> Part:
        """Return the part whose `#end` stands there."""
        closed, other = self.turned or (start, None)
        return Part(self.name, self.start, end, self.opened, closed, other)


@lru_cache(maxsize=256)
def parts(text: str) -> tuple[Part, ...]:
    """Return the parts of a query, in their order; a saved query is asked for its own each time.

    Raises:
        UnevenParts: they do not pair up.
    """
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    begun: _Begun | None = None
    for token in tokenize(text) if "#if" in text or "#end" in text else ():
        if token.kind is not Kind.COMMENT:
            continue
        opening, turning, closing = (
            pattern.fullmatch(token.text) for pattern in (_BEGIN, _ELSE, _END)
        )
        if opening and begun is None:
            begun = _Begun(opening[1], token.start, token.end)
        elif turning and begun is not None and begun.turned is None:
            begun.turned = token.start, token.end
        elif closing and begun is not None:
            yield begun.ended(token.start, token.end)
            begun = None
        elif opening or turning or closing:
            raise UnevenParts(token.start)
    if begun is not None:
        raise UnevenParts(begun.start)


def needed(text: str, given: Container[str]) -> str:
    """Return the query without the parts, or their halves, that are not needed.

    Args:
        text: the query. given: parameters that have a value, and what the store offers.

    >>> needed("ASK { ?s ?p ?o\\n#if o\\nFILTER(?o = ?wanted)\\n#end\\n}", ())
    'ASK { ?s ?p ?o\\n}'
    >>> needed("ASK {\\n#if statistics\\n#| ?s ?p 1\\n#else\\n?s ?p ?o\\n#end\\n}", ("statistics",))
    'ASK {\\n?s ?p 1\\n}'
    """
    kept, place = "", 0
    for part in parts(text):
        if part.name in given and part.other is None:
            continue
        kept += text[place : part.start].rstrip(" \t").removesuffix("\n")
        if part.name in given:
            kept += _HIDDEN.sub(r"\1", text[part.opened : part.closed].rstrip())
        elif part.other is not None:
            kept += text[part.other : part.end].rpartition("#end")[0].rstrip()
        place = part.end
    return kept + text[place:]
