"""The changes of a transaction as operations of one update request, and what is staged for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from perfkg.errors import StoreBusy, StoreError
from perfkg.store.remote.connection import Refused
from perfkg.store.remote.ledger import (
    Graphs,
    Ledger,
    commit_operations,
    dropped,
    guard,
    read_ledger,
    staged,
)
from perfkg.store.remote.service import Service, parts
from perfkg.store.vocabulary import Vocabulary

SMALL: Final = 200_000
"""Characters of statements that go into the committing request itself."""
PART: Final = 2_000_000
"""Characters of statements that are staged by one request."""
_EVERYTHING: Final = "?s ?p ?o"


class Commit:
    """Gathers operations; nothing of them is done before `run`.

    Each takes effect only while the generation is the one that the transaction began with.

    Args:
        service: the store. graphs: its graphs.
        ledger: the generation that the transaction begins with.
        vocabulary: the vocabulary that the store holds.
    """

    def __init__(
        self, service: Service, graphs: Graphs, ledger: Ledger | None, vocabulary: Vocabulary
    ) -> None:
        """Begin without an operation."""
        self._service = service
        self._graphs = graphs
        self._ledger = ledger
        self._before = vocabulary
        self._kept = (set(vocabulary.lines), set(vocabulary.shared))
        self._operations: list[str] = []
        self._staging: list[str] = []
        self._guard = guard(graphs, ledger)

    # -- operations ----------------------------------------------------------------------------

    def insert(self, lines: Iterable[str], graph: str | None = None) -> None:
        """Add statements to a graph, that of the data without a name."""
        wanted = list(lines)
        if sum(map(len, wanted)) > SMALL and self._guard:
            self.insert_staged(self.stage(wanted), graph)
        elif wanted:
            inside = self._graphs.inside(" ".join(wanted), graph)
            self._operations.append(f"INSERT {{ {inside} }} WHERE {{ {self._guard} }}")

    def insert_staged(self, staging: str, graph: str | None = None) -> None:
        """Add what was staged to a graph."""
        target = self._graphs.inside(_EVERYTHING, graph)
        self._operations.append(f"INSERT {{ {target} }} WHERE {{ {self._from(staging)} }}")

    def delete(self, lines: Iterable[str], graph: str | None = None) -> None:
        """Remove statements from a graph, that of the data without a name."""
        wanted = list(lines)
        if sum(map(len, wanted)) > SMALL:
            target = self._graphs.inside(_EVERYTHING, graph)
            source = self._from(self.stage(wanted))
            self._operations.append(f"DELETE {{ {target} }} WHERE {{ {source} }}")
        elif wanted:
            inside = self._graphs.inside(" ".join(wanted), graph)
            self._operations.append(f"DELETE {{ {inside} }} WHERE {{ {self._guard} }}")

    def clear(self, graph: str | None) -> None:
        """Remove everything from a graph."""
        pattern = self._graphs.inside(_EVERYTHING, graph)
        self._operations.append(f"DELETE {{ {pattern} }} WHERE {{ {self._guard} {pattern} }}")

    def update(self, text: str, *, takes_away: bool) -> None:
        """Run somebody's update, which takes effect on whatever the store then holds.

        Args:
            text: the update.
            takes_away: whether it may remove the graphs that perfkg keeps for itself too.
        """
        self._operations.append(text)
        if takes_away:
            # There may be no generation left to compare with, and nothing of what was staged.
            self._guard = ""

    def _from(self, staging: str) -> str:
        return f"{self._guard} GRAPH <{staging}> {{ {_EVERYTHING} }}"

    # -- staging -------------------------------------------------------------------------------

    def stage(self, lines: Iterable[str], graph: str | None = None) -> str:
        """Take statements to a graph of this transaction, to a new one without a name."""
        if graph is None:
            graph = self._graphs.new_staging()
            self._staging.append(graph)
            self._service.update(staged(self._graphs, graph))
        for part in parts(lines, PART):
            self._service.add(graph, part)
        return graph

    def abandon(self) -> list[str]:
        """Remove what was staged; return the graphs that are left because that failed."""
        graphs, self._staging = self._staging, []
        if graphs:
            try:
                self._service.update(_joined(t for g in graphs for t in dropped(self._graphs, g)))
            except StoreError:
                return graphs
        return []

    # -- the commit ----------------------------------------------------------------------------

    def run(self, vocabulary: Vocabulary) -> None:
        """Make everything visible together.

        Args:
            vocabulary: the vocabulary that the store then holds.

        Raises:
            StoreBusy: another writer committed meanwhile; nothing of this is kept.
            StoreError: the store failed; says what is certain of its state.
        """
        self._note(vocabulary)
        mark = vocabulary.fingerprint
        if self._ledger is not None and vocabulary is self._before:
            mark = self._ledger.vocabulary  # the store may spell it differently than it was given
        commit, last = commit_operations(self._graphs, self._ledger, mark, self._guard)
        ends = [text for graph in self._staging for text in dropped(self._graphs, graph)]
        try:
            self._service.update(_joined([*self._operations, *last, *ends]))
            found = read_ledger(self._service, self._graphs)
        except StoreError as error:
            raise self._uncertain(error, commit) from error
        self._staging.clear()
        if found is None or found.commit != commit:
            raise StoreBusy(
                "另一个写入者先提交了，本次改动未写入。请再试一次。",
                "another writer committed first, and nothing of this was written. Try again.",
                place=self._service.address,
            )

    def _note(self, vocabulary: Vocabulary) -> None:
        """Keep the vocabulary beside the data, as far as it changed."""
        kept = self._kept
        if self._ledger is not None and not self._guard:
            # An update may have taken it away, from the data too.
            kept = (set(), set())
            self.insert(vocabulary.lines)
            self._operations.append(f"DROP SILENT GRAPH <{self._graphs.ledger}>")
        names = (self._graphs.vocabulary, self._graphs.shared)
        now = (set(vocabulary.lines), vocabulary.shared)
        for graph, lines, before in zip(names, now, kept, strict=True):
            self.delete(sorted(before - lines), graph)
            self.insert(sorted(lines - before), graph)

    def _uncertain(self, error: StoreError, commit: str) -> StoreError:
        """Find out, after a failure, whether the commit took place."""
        zh, en = error.text.zh, error.text.en
        try:
            found = read_ledger(self._service, self._graphs)
        except StoreError:
            zh += f"。无法确认提交是否生效：若生效，图 {self._graphs.ledger} 中的 "
            zh += f"dcterms:identifier 为 {commit}。可放心重试"
            en += ". Whether the commit took place cannot be told: if so, dcterms:identifier in "
            en += f"the graph {self._graphs.ledger} is {commit}. It is safe to try again"
            return StoreError(zh, en, place=error.place)
        if found is not None and found.commit == commit:
            zh, en = f"{zh}。提交已生效", f"{en}. The commit has taken place"
        elif isinstance(error, Refused | StoreBusy):
            zh, en = f"{zh}。库与之前相同", f"{en}. The store is as it was before"
        else:
            zh += "。随后查询时提交尚未生效；若远程库仍在处理，之后仍可能生效。可放心重试"
            en += ". The commit had not taken place when the store was asked afterwards; a store "
            en += "that is still at work may yet carry it out. It is safe to try again"
        return StoreError(zh, en, place=error.place)


def _joined(operations: Iterable[str]) -> str:
    return " ;\n".join(operations)
