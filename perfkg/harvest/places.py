"""Where the files of an ingest are: on this machine, or at an address that fsspec reaches."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from perfkg.errors import UsageError
from perfkg.forms.model import ReadDocument
from perfkg.messages import Problem, Text
from perfkg.readers.document import Document
from perfkg.readers.limits import MEGABYTE, Limits
from perfkg.reading import find_files, read_bytes, read_file

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::|://)")
_FAILURES: Final = (OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Address:
    """A file or folder that fsspec reaches, such as `s3://bucket/2024/a.xlsx`.

    Attributes:
        url: where it is, in the words of fsspec.
    """

    url: str

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.url.rstrip("/").rpartition("/")[2]

    def __str__(self) -> str:
        return self.url

    @cached_property
    def _opened(self) -> tuple[AbstractFileSystem, str]:
        return file_system(self.url)

    def size(self) -> int:
        """Return the number of bytes; raises what the file system raises."""
        files, path = self._opened
        return int(files.info(path).get("size") or 0)

    def load(self) -> bytes:
        """Return the bytes; raises what the file system raises."""
        files, path = self._opened
        data: bytes = files.cat_file(path)
        return data

    def __getstate__(self) -> dict[str, str]:
        """Leave the connection behind: every process makes its own."""
        return {"url": self.url}


Place: TypeAlias = Path | Address


def place_of(text: str) -> Place:
    """Return what a person means who names a file or folder.

    A file that is there, `a::b.txt`, is meant even where its name reads like an address.
    """
    return Address(text) if _ADDRESS.match(text) and not os.path.lexists(text) else Path(text)


def file_system(url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address, and the path in it.

    Raises:
        UsageError: fsspec, or what it needs for this kind of address, is not installed, or there
            is no such kind.
    """
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f"读取 {url} 需要 fsspec。请安装：pip install 'perfkg[dask]'",
            f"{url} is read with fsspec. Install it: pip install 'perfkg[dask]'",
        ) from error
    try:
        files, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise UsageError(
            f"访问 {url} 还缺一个软件包（{error}）。S3 请安装：pip install 'perfkg[s3]'",
            f"a package is missing to reach {url} ({error}). For S3: pip install 'perfkg[s3]'",
        ) from error
    except ValueError as error:
        raise UsageError(
            f"fsspec 不认识这种地址（{error}）。请检查写法，如 s3://桶/文件夹",
            f"fsspec knows no such address ({error}). Check it: s3://bucket/folder",
            place=url,
        ) from error
    return files, str(path)


def find_places(places: Iterable[Place]) -> Iterator[Place]:
    """Yield the files that `places` name, each once; see `perfkg.reading.find_files`."""
    paths: list[Path] = []
    seen: set[str] = set()
    for place in places:
        if isinstance(place, Path):
            paths.append(place)
        elif place.url not in seen:
            seen.add(place.url)
            yield from _walk(place)
    yield from find_files(paths)


def _walk(folder: Address) -> Iterator[Address]:
    files, path = file_system(folder.url)
    try:
        if not files.isdir(path):
            yield folder
            return
        found = sorted(files.find(path))
    except _FAILURES as error:
        raise UsageError(
            f"无法列出该文件夹（{error}）。请检查地址和访问权限",
            f"the folder cannot be listed ({error}). Check the address and the permissions",
            place=folder.url,
        ) from error
    root = path.rstrip("/")
    for name in found:
        inside = name.removeprefix(root).lstrip("/")
        if not any(part.startswith(".") for part in inside.split("/")):
            yield Address(files.unstrip_protocol(name))


def read_place(place: Place, limits: Limits) -> ReadDocument:
    """Read the forms of one file; a file that cannot be read gives a problem, not an error."""
    if isinstance(place, Path):
        return read_file(place, limits=limits)
    try:
        if place.size() <= limits.file_size:
            return read_bytes(place.name, place.load(), limits=limits)
        most = f"{limits.file_size / MEGABYTE:g} MB"
        told = Text(
            f"文件超过 {most}，未下载；请拆分后重试，或调大 PERFKG_MAX_FILE_SIZE",
            f"the file is larger than {most} and was not fetched; split it, or raise "
            "PERFKG_MAX_FILE_SIZE",
        )
    except _FAILURES as error:
        told = Text(f"无法读取：{error}", f"cannot be read: {error}")
    unknown = Document(place.name, "application/octet-stream", "")
    return ReadDocument(unknown, (), (Problem("error", told),))


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a file before it is read.

    Attributes:
        digest: SHA-256 of its bytes; None where reading it will tell what is wrong.
        size: its bytes.
    """

    digest: bytes | None
    size: int


def look(place: Place, most: int) -> Look:
    """Look at a file, of which no more than `most` bytes would be read."""
    try:
        if isinstance(place, Path):
            return _look(place, most)
        size = place.size()
        if size > most:
            return Look(None, 0)
        return Look(hashlib.sha256(place.load()).digest(), size)
    except _FAILURES:
        return Look(None, 0)


def _look(path: Path, most: int) -> Look:
    with open(path, "rb", opener=_at_once) as file:
        found = os.fstat(file.fileno())
        if found.st_size > most or not stat.S_ISREG(found.st_mode):
            return Look(None, 0)
        return Look(hashlib.file_digest(file, "sha256").digest(), found.st_size)


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for somebody who writes into it, as a pipe would."""
    return os.open(path, flags | os.O_NONBLOCK)
