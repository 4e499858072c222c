"""What a write over HTTP does with the findings of the store: anew, emptied, or a refusal."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Final

from perfkg.namespaces import PREFIXES
from perfkg.reviewing import review_and_keep, rules_for
from perfkg.server.problems import Unfit
from perfkg.settings import Settings
from perfkg.store.base import SelectResult, Writer
from perfkg.validation.findings import SEVERITIES
from perfkg.validation.shacl_report import finding_iri
from perfkg.validation.shapes import Shapes

MOST_TRIPLES: Final = 40_000
"""Triples up to which a review costs little enough to follow every write (about 170 forms).

1,000 forms take some ten seconds and more, during which nobody else can write.
"""
_KNOWN: Final = "SELECT ?finding WHERE { GRAPH <%s> { ?report sh:result ?finding } }"


class Reviewer:
    """Reviews the result of each write, as far as the settings ask for it.

    Args:
        settings: how strict, and which rules.
    """

    def __init__(self, settings: Settings) -> None:
        """Read the rules at once where writing is possible, so that a broken one is told early."""
        self._settings = settings
        if settings.token is not None and settings.validate_writes != "off":
            _ = self._shapes

    @cached_property
    def _shapes(self) -> Shapes:
        return rules_for(self._settings)

    @property
    def _refused(self) -> tuple[str, ...]:
        """The severities that a write may not add."""
        refused = {"violation": SEVERITIES[:1], "warning": SEVERITIES[:2]}
        return refused.get(self._settings.validate_writes, ())

    def known(self, writer: Writer) -> frozenset[str]:
        """Return the IRIs of the findings that the store has at the beginning of a write."""
        if not self._refused:
            return frozenset()
        graph = self._settings.identity.validation_graph
        found = writer.query(_KNOWN % graph, prefixes=PREFIXES)
        rows = found.rows if isinstance(found, SelectResult) else ()
        return frozenset(getattr(row[0], "value", "") for row in rows)

    def review(self, writer: Writer, known: Collection[str]) -> None:
        """Make the findings those of the state that a write has reached.

        Where this is not done, the end of the transaction empties them, and the pages say that
        the store is not validated.

        Raises:
            Unfit: it adds findings that the settings refuse.
        """
        if self._settings.validate_writes == "off" or not writer.findings_are_stale:
            return
        if not self._refused and writer.size() > MOST_TRIPLES:
            return
        identity = self._settings.identity
        review = review_and_keep(writer, self._shapes, self._settings)
        added = [
            finding
            for finding in review.findings
            if finding.severity in self._refused and finding_iri(finding, identity) not in known
        ]
        if added:
            raise Unfit(sorted(added, key=lambda finding: SEVERITIES.index(finding.severity)))
