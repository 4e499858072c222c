"""What perfkg keeps in a store elsewhere beside the data: the generation and the vocabulary.

    …/graph/store              the generation: its number, when and by what it was written
    …/graph/vocabulary         the vocabulary that the data holds, to be exchanged for a later one
    …/graph/vocabulary-shared  those of its statements that forms state too
    …/graph/staging-…          what a transaction is preparing; of no account to anybody else

The graphs are below the instance base. A commit is one update request, which a SPARQL service
carries out as a whole or not at all.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyoxigraph as ox

from perfkg import __version__
from perfkg.errors import StoreDamaged
from perfkg.identity import Identity
from perfkg.namespaces import DCAT, DCTERMS, SCHEMA, VOID, XSD
from perfkg.sparql.dataset import Dataset
from perfkg.store.base import Generation
from perfkg.store.remote.service import Service

_NUMBER: Final = f"{DCAT}version"
_CREATED: Final = f"{DCTERMS}modified"
_TRIPLES: Final = f"{VOID}triples"
_SOFTWARE: Final = f"{SCHEMA}softwareVersion"
_COMMIT: Final = f"{DCTERMS}identifier"
_VOCABULARY: Final = f"{DCTERMS}conformsTo"
_STAGING: Final = f"{DCTERMS}hasPart"
_ABANDONED: Final = timedelta(days=1)
"""Age from which on what a transaction was preparing is taken for abandoned."""
_STAMP: Final = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs of one store.

    Attributes:
        data: IRI of the graph that holds the data; None is the default graph.
        base: the instance base IRI.
    """

    data: str | None
    base: str

    @property
    def ledger(self) -> str:
        """The generation."""
        return f"{self.base}graph/store"

    @property
    def vocabulary(self) -> str:
        """The vocabulary."""
        return f"{self.base}graph/vocabulary"

    @property
    def shared(self) -> str:
        """Statements of the vocabulary that forms make too."""
        return f"{self.base}graph/vocabulary-shared"

    @property
    def findings(self) -> str:
        """The findings of the review."""
        return Identity(self.base).validation_graph

    @property
    def statistics(self) -> str:
        """What is counted once for each generation."""
        return Identity(self.base).statistics_graph

    @property
    def staging(self) -> str:
        """What the names of the graphs of a transaction begin with."""
        return f"{self.base}graph/staging-"

    def new_staging(self) -> str:
        """Return a name for a graph of a transaction, which tells when it began."""
        return f"{self.staging}{datetime.now(UTC):{_STAMP}}-{secrets.token_hex(6)}"

    def is_internal(self, graph: str) -> bool:
        """Whether a graph is none of the data: kept by perfkg for itself."""
        own = (self.ledger, self.vocabulary, self.shared)
        return graph in own or graph.startswith(self.staging)

    def inside(self, pattern: str, graph: str | None = None) -> str:
        """Return a pattern or template in a named graph, or in that of the data without one."""
        name = graph or self.data
        return pattern if name is None else f"GRAPH <{name}> {{ {pattern} }}"

    @property
    def beside(self) -> tuple[str, ...]:
        """The named graphs that belong to the data."""
        return (self.findings, self.statistics)

    def dataset(self) -> Dataset | None:
        """Return what queries see: everything where the data is the default graph."""
        return None if self.data is None else Dataset((self.data,), self.beside)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The generation that a store holds.

    Attributes:
        commit: an identifier that no other commit has.
        vocabulary: SHA-256 of its vocabulary.
        staging: graphs of transactions that have not ended.
    """

    generation: Generation
    commit: str
    vocabulary: str
    staging: tuple[str, ...] = ()

    def abandoned(self, graphs: Graphs) -> list[str]:
        """Return the graphs of transactions that began too long ago to be still running."""
        oldest = f"{datetime.now(UTC) - _ABANDONED:{_STAMP}}"
        return [graph for graph in self.staging if graph.removeprefix(graphs.staging) < oldest]


def read_ledger(service: Service, graphs: Graphs) -> Ledger | None:
    """Return what the store says of itself; None when it is no store of perfkg.

    Raises:
        StoreDamaged: it says something else than perfkg wrote.
    """
    node = f"<{graphs.ledger}>"
    rows = service.rows(f"SELECT ?p ?o WHERE {{ GRAPH {node} {{ {node} ?p ?o }} }}")
    said: dict[str, str] = {}
    staging: list[str] = []
    for predicate, thing in rows:
        if isinstance(predicate, ox.NamedNode) and isinstance(thing, ox.NamedNode | ox.Literal):
            if predicate.value == _STAGING:
                staging.append(thing.value)
            said[predicate.value] = thing.value
    if _NUMBER not in said:
        return None
    try:
        created = datetime.fromisoformat(said[_CREATED])
        number, triples = int(said[_NUMBER]), int(said[_TRIPLES])
        generation = Generation(number, created, triples, said[_SOFTWARE])
        vocabulary = said[_VOCABULARY].rpartition(":")[2]
        return Ledger(generation, said[_COMMIT], vocabulary, tuple(staging))
    except (KeyError, ValueError) as error:
        raise StoreDamaged(
            f"图 {graphs.ledger} 不是 perfkg 写入的样子（{error}）。请从备份恢复，"
            "或清空后重新导入。",
            f"the graph {graphs.ledger} is not as perfkg wrote it ({error}). Restore it from a "
            "backup, or empty the store and ingest the documents again.",
            place=service.address,
        ) from error


def guard(graphs: Graphs, ledger: Ledger | None) -> str:
    """Return the pattern that holds as long as nobody committed after `ledger`."""
    if ledger is None:
        return ""
    node = f"<{graphs.ledger}>"
    return f'GRAPH {node} {{ {node} <{_COMMIT}> "{ledger.commit}" }}'


def commit_operations(
    graphs: Graphs, ledger: Ledger | None, vocabulary: str, holds: str
) -> tuple[str, list[str]]:
    """Return the identifier of a new commit and the operations that put it in place of `ledger`.

    Args:
        vocabulary: SHA-256 of the vocabulary. holds: the pattern under which they take effect.
    """
    node, commit = f"<{graphs.ledger}>", secrets.token_hex(16)
    number = ledger.generation.number + 1 if ledger else 1
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    text = (
        f'<{_NUMBER}> "{number}" ; <{_CREATED}> "{now}"^^<{XSD}dateTime> ; '
        f'<{_SOFTWARE}> "{__version__}" ; <{_COMMIT}> "{commit}" ; '
        f"<{_VOCABULARY}> <urn:sha256:{vocabulary}>"
    )
    everything = graphs.inside("?s ?p ?o")
    counted = f"{{ SELECT (COUNT(*) AS ?triples) WHERE {{ {everything} }} }}"
    old = f"OPTIONAL {{ GRAPH {node} {{ {node} ?p ?o FILTER(?p != <{_STAGING}>) }} }}"
    return commit, [
        f"DELETE {{ GRAPH {node} {{ {node} ?p ?o }} }} "
        f"INSERT {{ GRAPH {node} {{ {node} {text} }} }} WHERE {{ {holds} {old} }}",
        f"INSERT {{ GRAPH {node} {{ {node} <{_TRIPLES}> ?triples }} }} WHERE "
        f'{{ {counted} GRAPH {node} {{ {node} <{_COMMIT}> "{commit}" }} }}',
    ]


def staged(graphs: Graphs, graph: str) -> str:
    """Return the operation that notes that a transaction is preparing `graph`."""
    node = f"<{graphs.ledger}>"
    return f"INSERT DATA {{ GRAPH {node} {{ {node} <{_STAGING}> <{graph}> }} }}"


def dropped(graphs: Graphs, graph: str) -> list[str]:
    """Return the operations that remove a graph of a transaction and its note."""
    node = f"<{graphs.ledger}>"
    note = f"GRAPH {node} {{ {node} <{_STAGING}> <{graph}> }}"
    return [f"DROP SILENT GRAPH <{graph}>", f"DELETE DATA {{ {note} }}"]
