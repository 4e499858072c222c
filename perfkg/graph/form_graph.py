"""The triples of one form, in the three parts that a store treats differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormGraph:
    """What one form of one document says, as N-Triples lines (each ends in ` .`, no newline).

    Attributes:
        form: IRI of the form.
        document: IRI of the source document.
        content: what the form says: statements about the form, its targets and its results.
            Two readings with equal content are the same form.
        provenance: where and how it was read: statements about the same subjects.
        shared: statements about things that other forms may use too (project, organisations,
            indicators, units, codes, the document); they live as long as a form uses them.
    """

    form: str
    document: str
    content: tuple[str, ...]
    provenance: tuple[str, ...]
    shared: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return every statement once, sorted: the canonical N-Triples of this form."""
        return sorted({*self.content, *self.provenance, *self.shared})
