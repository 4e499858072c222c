"""Running the rules: over forms that are in no store, over a store, or inside a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.validation.engine import engine_called
from perfkg.validation.engine_name import DEFAULT_ENGINE, EngineName
from perfkg.validation.findings import Finding
from perfkg.validation.pieces import PIECE, forms_in, found_in_pieces
from perfkg.validation.rdf import data_store, vocabulary_files
from perfkg.validation.shacl_report import to_ntriples
from perfkg.validation.shapes import Shapes
from perfkg.validation.telling import tell
from perfkg.validation.uncollected import uncollected

if TYPE_CHECKING:
    from perfkg.store.base import Writer

_IN_MEMORY: Final = 4_000_000
"""Up to so many triples, which take 1.3 GB, are reviewed in memory, where queries take a third."""

_PIECE: Final = 20_000


def validate(data: ox.Store, shapes: Shapes, engine: EngineName = DEFAULT_ENGINE) -> list[Finding]:
    """Check `data` against `shapes` and return what they find, in order.

    Args:
        data: its default graph holds the forms together with the vocabularies that the rules
            look things up in; see `perfkg.validation.rdf.data_store`.
        shapes: the rules.
        engine: what runs them.

    Raises:
        ShapesError: a shape cannot be run.
    """
    with uncollected():
        return tell(engine_called(engine)(data, shapes), data, shapes)


def data_of(forms: Iterable[FormGraph]) -> ox.Store:
    """Return forms that are in no store, with the vocabularies that ship with perfkg."""
    statements = {line for form in forms for line in form.lines()}
    return data_store("\n".join(sorted(statements)).encode(), vocabulary_files())


def validate_forms(
    forms: Iterable[FormGraph], shapes: Shapes, engine: EngineName = DEFAULT_ENGINE
) -> list[Finding]:
    """Check forms that are in no store, against the vocabularies that ship with perfkg."""
    return validate(data_of(forms), shapes, engine)


def keep_findings(
    writer: Writer,
    shapes: Shapes,
    identity: Identity,
    engine: EngineName = DEFAULT_ENGINE,
    workers: int = 1,
    note: Callable[[list[Finding]], None] = lambda _: None,
) -> None:
    """Check the state that a transaction has reached and make its findings part of it.

    Data and findings become visible together: no reader sees the findings of other data.

    Args:
        writer: the transaction.
        shapes: the rules.
        identity: mints the IRIs of the findings.
        engine: what runs the rules.
        workers: how many processes may review a large store.
        note: called with some findings after the other, until there are no more of them.

    Raises:
        ShapesError: a shape cannot be run; nothing of the transaction is kept.
        StoreError: a process died; nothing of the transaction is kept.
    """

    def noted(found: Iterable[list[Finding]]) -> Iterator[Finding]:
        for findings in found:
            note(findings)
            yield from findings

    found = noted(_found(writer, shapes, engine, workers))
    writer.replace_graph(identity.validation_graph, to_ntriples(found, identity.base))


def _found(
    writer: Writer, shapes: Shapes, engine: EngineName, workers: int
) -> Iterator[list[Finding]]:
    data = writer.database
    if engine is EngineName.FAST and len(forms_in(data)) > PIECE:
        return found_in_pieces(data, shapes, folder=writer.folder, workers=workers)
    return iter([validate(_at_hand(data), shapes, engine)])


def _at_hand(data: ox.Store) -> ox.Store:
    """Return the default graph of a store on disk in memory, unless it is too large."""
    found = data.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
    if int(next(found)["n"].value) > _IN_MEMORY:
        return data
    copy = ox.Store()
    quads = data.quads_for_pattern(None, None, None, ox.DefaultGraph())
    # In pieces: the engine holds what it is given at once a second time.
    while piece := list(islice(quads, _PIECE)):
        copy.bulk_extend(piece)
    return copy
