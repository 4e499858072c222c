"""One source document: its bytes' identity and its grid."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from perfkg.errors import DocumentError
from perfkg.messages import Problem
from perfkg.readers.grid import Grid
from perfkg.readers.kind import Foreign, Kind, recognise_kind
from perfkg.readers.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from perfkg.readers.radicals import unified_grid

Reader = Callable[[bytes, str, Limits], tuple[Grid, tuple[Problem, ...]]]
"""Bytes, the name of a file and the limits to its grid and what went wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a file besides its content.

    Attributes:
        name: file name without its folder.
        media_type: IANA media type, recognised from the content.
        sha256: hash of the bytes, in hexadecimal; identifies the document.
    """

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A document together with its grid and what went wrong while it was read."""

    document: Document
    grid: Grid
    problems: tuple[Problem, ...]


def load(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of `path`.

    Raises:
        DocumentError: when it is missing, not a file, too large or not readable.
    """
    try:
        if path.stat().st_size > limits.file_size and path.is_file():
            raise _too_large(str(path), limits)
        return path.read_bytes()
    except FileNotFoundError:
        zh, en = "文件不存在；请检查路径", "there is no such file; check the path"
    except IsADirectoryError:
        zh = "这是文件夹，不是文件；请给出其中的文件，或用 perfkg ingest 读入整个文件夹"
        en = (
            "this is a folder, not a file; name the files in it, or read the whole folder with "
            "perfkg ingest"
        )
    except OSError as error:
        zh, en = f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"
        if os.path.isdir(path):
            zh += "。该文件夹中的文件均未读入"
            en += ". No file in this folder was read"
    raise DocumentError(zh, en, place=str(path))


def _too_large(place: str, limits: Limits) -> DocumentError:
    most = f"{limits.file_size / MEGABYTE:g} MB"
    return DocumentError(
        f"文件超过 {most}，未读取；请拆分后重试，或调大 PERFKG_MAX_FILE_SIZE",
        f"the file is larger than {most} and was not read; split it, or raise PERFKG_MAX_FILE_SIZE",
        place=place,
    )


def describe(name: str, data: bytes) -> Document:
    """Return the description of the document with these bytes."""
    kind = recognise_kind(data)
    media_type = kind.value if isinstance(kind, Kind) else kind.media_type
    return Document(name, media_type, hashlib.sha256(data).hexdigest())


def read(document: Document, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read the grid of a document.

    Raises:
        DocumentError: when it is empty, too large, damaged, encrypted or of a kind not read.
    """
    if not data.strip():
        raise DocumentError(
            "文件是空的；请检查是否保存或下载完整",
            "the file is empty; check that it was saved or downloaded whole",
            place=document.name,
        )
    if len(data) > limits.file_size:
        raise _too_large(document.name, limits)
    kind = _kind(document, data)
    if isinstance(kind, Foreign):
        raise DocumentError(kind.message.zh, kind.message.en, place=document.name)
    grid, problems = _reader(kind)(data, document.name, limits)
    return Reading(document, unified_grid(grid), problems)


def _kind(document: Document, data: bytes) -> Kind | Foreign:
    """Return the kind that the document's description tells, if it is one that is read."""
    try:
        return Kind(document.media_type)
    except ValueError:
        return recognise_kind(data)


def _reader(kind: Kind) -> Reader:
    """Return the reader of a kind: the others, and what they work with, are not imported."""
    match kind:
        case Kind.DOCX:
            from perfkg.readers.docx import read_docx as reader
        case Kind.XLSX:
            from perfkg.readers.sheets import read_xlsx as reader
        case Kind.XLS:
            from perfkg.readers.sheets import read_xls as reader
        case Kind.HTML:
            from perfkg.readers.html import read_html as reader
        case Kind.MHTML:
            from perfkg.readers.html import read_mhtml as reader
        case Kind.TEXT:
            from perfkg.readers.text import read_plain as reader
        case Kind.PDF:
            from perfkg.readers.pdf import read_pdf as reader
    return reader
