"""RDF documents as the engine writes them, with `@type` in JSON-LD.

The engine writes the class of a thing as a value of rdf:type, which is the same graph; but those
who frame or read JSON-LD as JSON look for `@type`. So that property is rewritten on its way out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import IO, Final, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

_PROPERTY: Final = rb'(?<=[{,])"(?:http://www\.w3\.org/1999/02/22-rdf-syntax-ns#|rdf:)type":'
_TYPES: Final = re.compile(_PROPERTY + rb'\[((?:\{"@id":"[^"\\]*"\},?)+)\]')
_IRI: Final = re.compile(rb'\{"@id":("[^"\\]*")\}')
_PIECE: Final = 64 * 1024


def write_document(
    statements: Iterable[Triple] | Iterable[Quad],
    out: IO[bytes],
    target: RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Write triples or quads as a document, as they come.

    Args:
        out: where to.
        target: the serialisation.
        prefixes: those that it may use; without it, none.
    """
    given = None if prefixes is None else dict(prefixes)
    if target != RdfFormat.JSON_LD:
        serialize(statements, out, target, prefixes=given)
        return
    through = WithTypes(out)
    serialize(statements, cast("IO[bytes]", through), target, prefixes=given)
    through.finish()


class WithTypes(io.RawIOBase):
    """Passes JSON-LD on with `@type` in the place of rdf:type.

    Args:
        out: where to.
    """

    def __init__(self, out: IO[bytes]) -> None:
        """Pass nothing on yet."""
        self._out = out
        self._held = bytearray()

    def writable(self) -> bool:
        """Whether it takes bytes: it does."""
        return True

    def write(self, data: object) -> int:
        """Take some bytes."""
        piece = bytes(cast("bytes", data))
        self._held += piece
        if len(self._held) > _PIECE:
            # Behind the end of a list of values no list of classes can be under way.
            end = self._held.rfind(b'],"') + 1
            self._pass_on(end)
        return len(piece)

    def finish(self) -> None:
        """Pass on what is held back."""
        self._pass_on(len(self._held))

    def _pass_on(self, end: int) -> None:
        self._out.write(_TYPES.sub(_typed, bytes(self._held[:end])))
        del self._held[:end]


def _typed(found: re.Match[bytes]) -> bytes:
    return b'"@type":[' + b",".join(_IRI.findall(found[1])) + b"]"
