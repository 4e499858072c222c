"""The vocabulary that a store holds beside the data, and telling the two apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, Quad, RdfFormat, Store, parse

from perfkg.errors import VocabularyError
from perfkg.store.statements import lines_of, subjects_of, triples_of


def vocabulary_lines(folder: Path) -> tuple[str, ...]:
    """Return every statement of the Turtle files in `folder` as sorted N-Triples lines.

    Raises:
        VocabularyError: a file does not parse or has blank nodes, which could not be told
            from one version of the vocabulary to the next.
    """
    files = sorted(folder.glob("*.ttl"))
    return _read(tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files))


@lru_cache(maxsize=8)
def _read(files: tuple[tuple[Path, int, int], ...]) -> tuple[str, ...]:
    store = Store()
    for file, _, _ in files:
        store.extend(_statements(file))
    return tuple(lines_of(quad.triple for quad in store))


def _statements(file: Path) -> list[Quad]:
    try:
        quads = list(parse(path=file, format=RdfFormat.TURTLE))
    except (SyntaxError, OSError) as error:
        raise VocabularyError(
            f"词表文件无法读取：{error}",
            f"the vocabulary file cannot be read: {error}",
            place=str(file),
        ) from error
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise VocabularyError(
                f"词表中不得有空白节点，请给它一个 IRI：{quad.triple}",
                f"a vocabulary must not have blank nodes, give it an IRI: {quad.triple}",
                place=str(file),
            )
    return quads


def fingerprint(lines: Iterable[str]) -> str:
    """Return the SHA-256 of the sorted lines."""
    return hashlib.sha256(_text(lines)).hexdigest()


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(set(lines))).encode()


class Vocabulary:
    """The vocabulary of one generation.

    A statement may be part of the vocabulary and be stated by forms too (a unit that forms
    brought along and that a later vocabulary adopted). The graph holds it once, so those
    statements are noted: when the vocabulary drops them, they stay.

    Args:
        lines: the N-Triples lines of the vocabulary.
        shared: those among them that forms state too.
    """

    FILE = "vocabulary.nt"
    SHARED_FILE = "vocabulary-shared.nt"

    def __init__(self, lines: Iterable[str] = (), shared: Iterable[str] = ()) -> None:
        """Sort the lines."""
        self.lines = tuple(sorted(set(lines)))
        self.shared = set(shared)

    @classmethod
    def read(cls, folder: Path) -> Vocabulary:
        """Read what `write` wrote."""
        return cls(_file_lines(folder / cls.FILE), _file_lines(folder / cls.SHARED_FILE))

    def write(self, folder: Path) -> None:
        """Write both files into `folder`."""
        (folder / self.FILE).write_bytes(_text(self.lines))
        (folder / self.SHARED_FILE).write_bytes(_text(self.shared))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 that tells one vocabulary from another."""
        return fingerprint(self.lines)

    @cached_property
    def statements(self) -> frozenset[str]:
        """Its statements in the spelling in which the store gives them back."""
        return frozenset(lines_of(triples_of(self.lines)))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The IRIs that it describes."""
        return subjects_of(self.statements)

    def note(self, lines: Sequence[str]) -> None:
        """Remember which of these lines of a form belong to the vocabulary too."""
        self.shared.update(self.statements.intersection(lines))


def _file_lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
