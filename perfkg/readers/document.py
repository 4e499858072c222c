"""One source document: its bytes' identity and its grid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from perfkg.errors import DocumentError
from perfkg.messages import Problem, Text
from perfkg.readers.encoding import decode
from perfkg.readers.grid import Grid
from perfkg.readers.text import read_text

MAX_BYTES = 64 * 1024 * 1024
"""Documents above this size are refused before they are read."""

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "Word / Excel"),
    (b"\xd0\xcf\x11\xe0", "Word / Excel 97-2003"),
)


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


def load(path: Path) -> bytes:
    """Return the bytes of `path`.

    Raises:
        DocumentError: when it is missing, not a file, too large or not readable.
    """
    try:
        if path.stat().st_size > MAX_BYTES and path.is_file():
            raise DocumentError(
                f"文件超过 {MAX_BYTES // 1024**2} MB，未读取；请拆分后重试",
                f"the file is larger than {MAX_BYTES // 1024**2} MB and was not read; split it",
                place=str(path),
            )
        return path.read_bytes()
    except FileNotFoundError:
        zh, en = "文件不存在；请检查路径", "there is no such file; check the path"
    except IsADirectoryError:
        zh, en = "这是文件夹，不是文件", "this is a folder, not a file"
    except OSError as error:
        zh, en = f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"
    raise DocumentError(zh, en, place=str(path))


def describe(name: str, data: bytes) -> Document:
    """Return the description of the document with these bytes."""
    return Document(name, _media_type(data), hashlib.sha256(data).hexdigest())


def _media_type(data: bytes) -> str:
    if data.startswith(b"%PDF"):
        return "application/pdf"
    return "application/octet-stream" if _foreign(data) else "text/plain"


def _foreign(data: bytes) -> str | None:
    return next((kind for magic, kind in _FOREIGN if data.startswith(magic)), None)


def read(document: Document, data: bytes) -> Reading:
    """Read the grid of a document.

    Raises:
        DocumentError: when it is empty or not text.
    """
    if not data.strip():
        raise DocumentError(
            "文件是空的；请检查是否保存或下载完整",
            "the file is empty; check that it was saved or downloaded whole",
            place=document.name,
        )
    if kind := _foreign(data):
        raise DocumentError(
            f"这是 {kind} 文件，目前只读取文本；请把表格复制为制表符分隔的文本",
            f"this is a {kind} file and only text is read; copy the form as tab-separated text",
            place=document.name,
        )
    decoded = decode(data, document.name)
    grid = read_text(decoded.text)
    problems = (_cut_problem(grid),) if decoded.cut else ()
    return Reading(document, grid, problems)


def _cut_problem(grid: Grid) -> Problem:
    return Problem(
        "error",
        Text(
            "文件末尾的字符不完整，文件可能被截断；请重新取得完整文件",
            "the last character of the file is incomplete, so the file may be cut off; "
            "fetch it again",
        ),
        grid.rows[-1].place if grid.rows else None,
    )
