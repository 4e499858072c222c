"""The interface of a store, and the data that crosses it."""

from __future__ import annotations

import enum
import os
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, Self, TypeAlias

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Triple
from pyoxigraph import Literal as RdfLiteral

from perfkg.graph.form_graph import FormGraph
from perfkg.sparql.dataset import Dataset

Term: TypeAlias = NamedNode | BlankNode | RdfLiteral | Triple
Row: TypeAlias = tuple[Term | None, ...]

Format: TypeAlias = Literal["nt", "nq", "turtle", "trig", "jsonld", "rdfxml"]
"""The serialisations of a dump, by the names of `perfkg export --format`."""

_PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Generation:
    """One immutable state of the graph.

    Attributes:
        number: the dataset version; it only grows and is never used for two states.
        created: when it was committed, in UTC.
        triples: the number of triples in the default graph.
        version: the version of perfkg that wrote it.
    """

    number: int
    created: datetime
    triples: int
    version: str


@dataclass(frozen=True, slots=True)
class SelectResult:
    """The solutions of a SELECT query; `truncated` when the row limit cut them."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class AskResult:
    """The answer to an ASK query."""

    value: bool


@dataclass(frozen=True, slots=True)
class GraphResult:
    """The triples of a CONSTRUCT or DESCRIBE query, each once; `truncated` at the row limit."""

    triples: tuple[Triple, ...]
    truncated: bool


QueryResult: TypeAlias = SelectResult | AskResult | GraphResult


@dataclass(frozen=True, slots=True)
class Question:
    """A query whose answer is wanted as bytes in one format.

    Attributes:
        text: the query, which the fence let pass.
        fmt: `json`, `xml` (also for ASK), `csv`, `tsv`; `turtle`, `nt`, `jsonld`, `rdfxml`,
            `nq`, `trig` for triples.
        max_rows: rows or triples after which the result is cut.
        dataset: the graphs of the store that the query sees; None for all.
        base_iri: what relative IRIs are resolved against.
    """

    text: str
    fmt: str
    max_rows: int | None = None
    dataset: Dataset | None = None
    base_iri: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker says about an answer that it wrote.

    Attributes:
        generation: the dataset version that answered.
        rows: rows or triples; None for ASK.
        truncated: whether the row limit cut them.
        size: bytes.
        body: the bytes, unless they are in a file.
    """

    generation: int
    rows: int | None
    truncated: bool
    size: int
    body: bytes


class Written:
    """An answer as bytes in a standard format, in memory or in a file without a name.

    Args:
        told: what is known about it.
        descriptor: of the file, which is closed when nobody holds this object any more.
    """

    __slots__ = ("__weakref__", "_descriptor", "told")

    def __init__(self, told: Told, descriptor: int | None = None) -> None:
        """Take over the file."""
        self.told = told
        self._descriptor = descriptor
        if descriptor is not None:
            weakref.finalize(self, os.close, descriptor)

    @property
    def is_small(self) -> bool:
        """Whether it is in memory."""
        return self._descriptor is None

    def in_memory(self) -> Written:
        """Return the same answer without a file."""
        if self.is_small:
            return self
        return Written(replace(self.told, body=b"".join(self.chunks())))

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes piece by piece; several may read at the same time."""
        if self._descriptor is None:
            yield self.told.body
            return
        place = 0
        while piece := os.pread(self._descriptor, _PIECE, place):
            yield piece
            place += len(piece)


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How much a pool may use.

    Attributes:
        workers: queries that may run at once; a process is started when it is needed.
        queue: queries that may wait.
        memory: bytes of address space that each worker may use.
        answer: bytes that an answer may have.
        spare: workers that are started before anybody needs them.
    """

    workers: int = 8
    queue: int = 128
    memory: int = 2 << 30
    answer: int = 256 << 20
    spare: int = 0


@dataclass(slots=True)
class Figures:
    """What a pool has done since it began, and what it does now.

    Attributes:
        answered: queries that ran to their end, failed ones included.
        timed_out: queries stopped at the time limit.
        abandoned: queries stopped because nobody waited for them any more.
        refused: queries that were turned away because too many wanted to run.
        displaced: times that a slow query was stopped to let others pass, to begin anew later.
        died: workers that ended by themselves.
        running, waiting, workers: queries and processes at this moment.
    """

    answered: int = 0
    timed_out: int = 0
    abandoned: int = 0
    refused: int = 0
    displaced: int = 0
    died: int = 0
    running: int = 0
    waiting: int = 0
    workers: int = 0


class Outcome(enum.Enum):
    """What `Writer.put` did with a form."""

    ADDED = "added"
    """The store did not have the form."""
    UNCHANGED = "unchanged"
    """The store has it, with this content, from this document."""
    SOURCE_ADDED = "source-added"
    """Another document says the same: it is named as a further source."""
    REPLACED = "replaced"
    """Another document says something else: the later one wins, as a revision of the earlier."""
    CORRECTED = "corrected"
    """The same document is now read differently, for instance by a newer perfkg."""


class Writer(Protocol):
    """One transaction: everything that was put becomes visible together, or not at all."""

    @property
    def data_changed(self) -> bool:
        """Whether the default graph now differs from the one that the transaction found."""

    @property
    def findings_are_stale(self) -> bool:
        """Whether the findings that are kept may be about other data than there is now.

        A transaction that ends like this empties their graph.
        """

    @property
    def database(self) -> pyoxigraph.Store:
        """The state that the transaction has reached, for trusted code to read and not write."""

    @property
    def folder(self) -> Path | None:
        """A folder on the disk of `database` for what lasts no longer than the transaction.

        None where that of the system is as good.
        """

    def size(self) -> int:
        """Count the triples of the default graph."""

    def put(self, graph: FormGraph) -> Outcome:
        """Make the store say what one form of one document says."""

    def put_all(self, graphs: Sequence[FormGraph]) -> list[Outcome]:
        """Put one form after the other, which takes less time than each by itself."""

    def forms_of(self, document: str) -> frozenset[str]:
        """Return the IRIs of the forms that the store now has from a document."""

    def forms_remembered(self, sha256: str, mark: str) -> int | None:
        """Return how many forms were read from a document, by the hash of its bytes.

        Args:
            sha256: the hash. mark: the way in which it would be read, in hexadecimal both.

        Returns:
            None if it was not read in that way, or if its forms may have been changed by others.
        """

    def remember(self, sha256: str, mark: str, forms: int) -> None:
        """Note how many forms were read from a document, together with those forms."""

    def targets_of(self, form: str) -> int:
        """Count the targets that the store now has of a form."""

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Make the named graph hold exactly the statements of these N-Triples lines."""

    def clear_graph(self, iri: str) -> None:
        """Empty the named graph."""

    def update(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
    ) -> None:
        """Run a SPARQL update that `perfkg.sparql.fence.check_update` let pass.

        The vocabulary is put back where it removes some of it.

        Args:
            base_iri: what relative IRIs are resolved against.

        Raises:
            QuerySyntaxError: it does not parse.
            QueryError: it cannot be carried out.
        """

    def put_graph(self, iri: str | None, triples: Iterable[Triple]) -> bool:
        """Make a graph hold exactly `triples`; return whether it was there before.

        Of the default graph (None) nothing is spared: the vocabulary comes back with the next
        transaction.
        """

    def add_to_graph(self, iri: str | None, triples: Iterable[Triple]) -> bool:
        """Add `triples` to a graph; return whether it was there before."""

    def drop_graph(self, iri: str | None) -> None:
        """Remove a graph, or empty the default graph (None).

        Raises:
            GraphMissing: there is none of that name.
        """

    def query(
        self,
        text: str,
        *,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> QueryResult:
        """Answer a trusted query on the state that the transaction has reached."""


class State(Protocol):
    """One generation, whole, to be read in this process; it stays as it is while it is held."""

    @property
    def generation(self) -> Generation:
        """Which one."""

    @property
    def database(self) -> pyoxigraph.Store:
        """Its graphs."""


class Store(Protocol):
    """A graph that can be asked, dumped and written to."""

    def __enter__(self) -> Self:
        """Return the store, which is closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    @property
    def generation(self) -> Generation:
        """The state that a query would now be answered from."""

    def snapshot(self) -> State:
        """Return the current generation for reads that need all of it in this process.

        Of a store elsewhere it is a copy, which takes as long as its transport.
        """

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
        dataset: Dataset | None = None,
        base_iri: str | None = None,
    ) -> QueryResult:
        """Answer a SPARQL query.

        Args:
            text: the query.
            timeout: seconds it may run; None only for a query that is trusted.
            max_rows: rows or triples after which the result is cut.
            prefixes: prefixes that the query may use without declaring them.
            dataset: the graphs of the store that the query sees, instead of what it says
                itself with FROM; without either it sees them all.
            base_iri: what relative IRIs are resolved against.

        Raises:
            QuerySyntaxError, QueryTimeout, QueryError: there is no answer.
        """

    async def answer(
        self, question: Question, *, timeout: float, client: str | None = None
    ) -> Written:
        """Answer a query of somebody outside; nothing is held while it waits or runs.

        When the task is cancelled, the query is stopped.

        Args:
            question: what is asked.
            timeout: seconds it may run, and seconds it may wait before.
            client: who asks: where many wait, those who have fewest running go first.

        Raises:
            QuerySyntaxError, QueryTimeout, ResultTooLarge, QueryError: there is no answer.
            StoreBusy: too many are running and waiting.
        """

    def dump(
        self, out: BinaryIO, fmt: Format, *, graphs: Iterable[str | None] | None = None
    ) -> None:
        """Write the graph.

        Args:
            out: where to.
            fmt: the serialisation; N-Triples and N-Quads come sorted, so that the same graph
                gives the same bytes.
            graphs: IRIs of named graphs, None among them for the default graph; without it
                every graph, or the default graph if the serialisation knows no other.
        """

    def dump_graph(self, out: BinaryIO, fmt: Format, graph: str | None) -> None:
        """Write the triples of one graph without its name; None is the default graph.

        Raises:
            GraphMissing: there is none of that name.
        """

    def write(self) -> AbstractContextManager[Writer]:
        """Begin a transaction; it is committed when the block ends without an exception."""

    def prepare(self, size: PoolSize) -> None:
        """Be ready for many queries; to be called before the first."""

    def figures(self) -> Figures:
        """Return what became of the queries with a time limit."""

    def close(self) -> None:
        """Let go of files and processes."""
