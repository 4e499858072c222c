"""From a path to what its forms say: the readers and the recogniser joined."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from perfkg.errors import DocumentError
from perfkg.forms.model import ReadDocument
from perfkg.forms.recognise import recognise
from perfkg.messages import Problem, Text
from perfkg.readers.document import Document, describe, load, read
from perfkg.readers.limits import DEFAULT_LIMITS, Limits


def read_file(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> ReadDocument:
    """Read the forms of one file; a file that cannot be read gives a problem, not an error."""
    try:
        data = load(path, limits)
    except DocumentError as error:
        # The folders `.` and `..` have no name.
        return _unread(Document(path.name or str(path), "application/octet-stream", ""), error.text)
    return read_bytes(path.name, data, limits=limits)


def read_bytes(name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> ReadDocument:
    """Read the forms of a file with this name and these bytes."""
    document = describe(name, data)
    try:
        return recognise(read(document, data, limits))
    except DocumentError as error:
        return _unread(document, error.text)
    except Exception as error:  # one bad file must never stop the others
        return _unread(
            document,
            Text(
                f"读取时发生意外错误（{type(error).__name__}: {error}）；该文件未读入，请反馈",
                f"an unexpected error while reading ({type(error).__name__}: {error}); the file "
                "was left out. Please report it",
            ),
        )


def _unread(document: Document, message: Text) -> ReadDocument:
    return ReadDocument(document, (), (Problem("error", message),))


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that `paths` name, each once, folders walked in the order of names.

    Hidden files and folders are passed over, and so are links, which may lead in circles. A path
    that does not exist, or a folder that cannot be listed, is yielded as it is, so that reading it
    tells. What has been yielded is not remembered: there may be millions.
    """
    named = list(paths)
    first: dict[Path, int] = {}
    for number, path in enumerate(named):
        first.setdefault(path, number)
    for number, path in enumerate(named):
        for found in _walk(path) if path.is_dir() else (path,):
            if not _is_earlier(found, number, first):
                yield found


def _is_earlier(found: Path, number: int, first: dict[Path, int]) -> bool:
    """Whether a file was yielded for an earlier path than that of this number."""
    if first.get(found, number) < number:
        return True
    inner = found
    for folder in found.parents:
        if inner.name.startswith(".") or inner.is_symlink():
            return False
        if first.get(folder, number) < number:
            return True
        inner = folder
    return False


def _walk(folder: Path) -> Iterator[Path]:
    unlisted: list[Path] = []
    for parent, folders, files in os.walk(
        folder, onerror=lambda e: unlisted.append(Path(e.filename))
    ):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path
    yield from unlisted
