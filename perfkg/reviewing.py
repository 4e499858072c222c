"""Reviews, the same way from every command: which rules, which engine, and what to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfkg.errors import ShapesError
from perfkg.forms.model import ReadDocument
from perfkg.graph.mapping import Mapper
from perfkg.settings import Settings
from perfkg.validation.engine_name import DEFAULT_ENGINE, EngineName
from perfkg.validation.findings import Finding, in_order
from perfkg.validation.review import Review
from perfkg.validation.runner import data_of, keep_findings, validate
from perfkg.validation.shapes import Shapes, load_shapes

if TYPE_CHECKING:  # a review of files has no store to wait for
    from perfkg.store.base import Writer


def rules_for(settings: Settings, further: Sequence[Path] = ()) -> Shapes:
    """Return the built-in rules, those of the user's folder and those of `further` files.

    Raises:
        ShapesError: a file or the folder is missing or broken.
    """
    return load_shapes([*_own(settings.shapes), *further])


def _own(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    if not folder.is_dir():
        raise ShapesError(
            "没有这个规则文件夹。请检查 PERFKG_SHAPES。",
            "there is no such folder of rules. Check PERFKG_SHAPES.",
            place=str(folder),
        )
    return sorted(folder.glob("*.ttl"))


def review_documents(
    documents: Sequence[ReadDocument],
    shapes: Shapes,
    settings: Settings,
    engine: EngineName = DEFAULT_ENGINE,
) -> Review:
    """Review the forms of files that are in no store."""
    mapper = Mapper(settings.identity)
    data = data_of(mapper.map(form, read.document) for read in documents for form in read.forms)
    unread = tuple(
        (read.document.name, problem)
        for read in documents
        for problem in read.problems
        if problem.severity == "error"
    )
    return Review(validate(data, shapes, engine), shapes, data, unread)


def review_and_keep(
    writer: Writer,
    shapes: Shapes,
    settings: Settings,
    engine: EngineName = DEFAULT_ENGINE,
    workers: int = 1,
) -> Review:
    """Do what `keep_review` does; return all of the review."""
    findings: list[Finding] = []
    keep_review(writer, shapes, settings, engine, workers, findings.extend)
    return Review(in_order(findings), shapes, writer.database)


def keep_review(
    writer: Writer,
    shapes: Shapes,
    settings: Settings,
    engine: EngineName = DEFAULT_ENGINE,
    workers: int = 1,
    note: Callable[[list[Finding]], None] = lambda _: None,
) -> None:
    """Review the state that a transaction has reached; keep findings and statistics with it.

    For the arguments see `perfkg.validation.runner.keep_findings`.
    """
    # A review of files has no use for what counts in a store.
    from perfkg.statistics import keep_statistics

    keep_findings(writer, shapes, settings.identity, engine, workers, note)
    keep_statistics(writer, settings.identity)
