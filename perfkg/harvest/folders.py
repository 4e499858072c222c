"""Folders that keep shards: on this machine, or at an address that every worker reaches."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from perfkg.errors import StoreError
from perfkg.harvest.places import Place, file_system

_PART: Final = ".part"
_FAILURES: Final = (OSError, ValueError, RuntimeError)


class Folder(Protocol):
    """A flat folder of files that are written whole or not at all; it can be pickled."""

    def prepare(self) -> None:
        """Make it if need be."""

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files that end so, sorted."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, which is there whole or not at all."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""

    def remove(self, suffix: str) -> None:
        """Remove the files that end so, and the folder if nothing else is in it."""


def folder_at(place: Place) -> Folder:
    """Return the folder at a place."""
    return FolderHere(place.absolute()) if isinstance(place, Path) else FolderElsewhere(place.url)


@dataclass(frozen=True, slots=True)
class FolderHere:
    """A folder of this machine, or one that is mounted in the same place on others.

    Attributes:
        path: where it is.
    """

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def prepare(self) -> None:
        """Make it if need be."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for left in self.path.glob(f"*{_PART}"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(str(self), error) from error

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files that end so, sorted."""
        return sorted(path.name for path in self.path.glob(f"*{suffix}"))

    def write(self, name: str, data: bytes) -> None:
        """Write a file, which is there whole or not at all."""
        unfinished = self.path / f"{secrets.token_hex(8)}{_PART}"
        try:
            unfinished.write_bytes(data)
            unfinished.rename(self.path / name)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise _unwritable(str(self), error) from error

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return (self.path / name).read_bytes()

    def remove(self, suffix: str) -> None:
        """Remove the files that end so, and the folder if nothing else is in it."""
        with suppress(OSError):
            for path in self.path.glob(f"*{suffix}"):
                path.unlink(missing_ok=True)
            self.path.rmdir()


@dataclass(frozen=True, slots=True)
class FolderElsewhere:
    """A folder that fsspec reaches, such as `s3://bucket/shards`.

    Attributes:
        url: where it is.
    """

    url: str

    def __str__(self) -> str:
        return self.url

    def prepare(self) -> None:
        """Make it if need be, which object stores need not."""
        files, path = file_system(self.url)
        try:
            files.makedirs(path, exist_ok=True)
        except _FAILURES as error:
            raise _unwritable(self.url, error) from error

    def names(self, suffix: str) -> list[str]:
        """Return the names of the files that end so, sorted."""
        files, path = file_system(self.url)
        files.invalidate_cache(path)
        try:
            found = files.ls(path, detail=False)
        except FileNotFoundError:
            return []
        names = (str(name).rstrip("/").rpartition("/")[2] for name in found)
        return sorted(name for name in names if name.endswith(suffix))

    def write(self, name: str, data: bytes) -> None:
        """Write a file; an object store shows it when it is whole."""
        files, path = file_system(self.url)
        try:
            files.pipe_file(f"{path.rstrip('/')}/{name}", data)
        except _FAILURES as error:
            raise _unwritable(self.url, error) from error

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        files, path = file_system(self.url)
        data: bytes = files.cat_file(f"{path.rstrip('/')}/{name}")
        return data

    def remove(self, suffix: str) -> None:
        """Remove the files that end so."""
        files, path = file_system(self.url)
        with suppress(*_FAILURES):
            for name in self.names(suffix):
                files.rm_file(f"{path.rstrip('/')}/{name}")


def _unwritable(place: str, error: Exception) -> StoreError:
    return StoreError(
        f"读出的内容无法存放（{error}）。磁盘可能已满：请腾出空间再运行一次，已读的文件不会重读",
        f"what was read cannot be kept ({error}). The disk may be full: make room and run it "
        "again; files that were read are not read again",
        place=place,
    )
