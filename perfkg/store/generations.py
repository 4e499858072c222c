"""The folder of an embedded store: generations, the manifest that names the current one, locks.

    manifest.json          the current generation; swapped atomically, so it is the commit
    lock                   held by the one process that writes
    generations/N/db       an Oxigraph database that is never written again
    generations/N/in-use   locked (shared) by every reader of generation N
    generations/work-…     what a writer is preparing; of no account to anybody else

A commit clones the current database (hard links), changes the clone, makes it durable, renames
it to its number and swaps the manifest. Killed at any point, it leaves the old manifest and a
folder that the next writer removes. Nothing is ever repaired, because nothing that is served is
ever changed.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from perfkg import __version__
from perfkg.errors import StoreBusy, StoreDamaged, StoreError, StoreMissing
from perfkg.store.base import Generation

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
LOCK: Final = "lock"
GENERATIONS: Final = "generations"
CREATING: Final = "creating"
DATABASE: Final = "db"
IN_USE: Final = "in-use"
_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.json says.

    Attributes:
        number: the current generation.
        issued: the highest number that was ever prepared; the next one is above it.
        created: when the current generation was committed, ISO 8601.
        triples: triples in its default graph.
        version: version of perfkg that wrote it.
        vocabulary: SHA-256 of its vocabulary.
        format: layout of the folder.
    """

    number: int
    issued: int
    created: str
    triples: int
    version: str
    vocabulary: str
    format: int = FORMAT

    def generation(self) -> Generation:
        """Return the part that the world outside may know."""
        return Generation(
            self.number, datetime.fromisoformat(self.created), self.triples, self.version
        )


def place_of(folder: Path, number: int) -> Path:
    """Return the folder of a generation."""
    return folder / GENERATIONS / str(number)


def exists(folder: Path) -> bool:
    """Whether a finished store is in `folder`."""
    return (folder / MANIFEST).exists()


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest.

    Raises:
        StoreMissing: there is no store in `folder`.
        StoreDamaged: there is one, but its manifest is gone or unreadable.
    """
    file = folder / MANIFEST
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_manifest(folder) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_manifest(file, error) from error
    try:
        return _parse(text)
    except (TypeError, ValueError) as error:
        raise _bad_manifest(file, error) from error


def _parse(text: str) -> Manifest:
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise TypeError("not an object")
    manifest = Manifest(**fields)
    if manifest.format != FORMAT:
        raise ValueError(f"format {manifest.format}, this perfkg reads {FORMAT}")
    if not all(
        isinstance(value, int) for value in (manifest.number, manifest.issued, manifest.triples)
    ):
        raise TypeError("a number is expected")
    datetime.fromisoformat(manifest.created)
    return manifest


def _no_manifest(folder: Path) -> StoreError:
    if (folder / GENERATIONS).is_dir() and not (folder / CREATING).exists():
        return StoreDamaged(
            "有数据但缺少 manifest.json。请从备份恢复该文件，或把此文件夹移走后重新导入原始文件。",
            "there is data, but manifest.json is gone. Restore it from a backup, or move the "
            "folder away and ingest the documents again.",
            place=str(folder / MANIFEST),
        )
    return StoreMissing(
        "这里没有知识图谱库。请先运行 perfkg ingest，或用 --store 指定它的位置。",
        "there is no store here. Run `perfkg ingest` first, or name its place with --store.",
        place=str(folder),
    )


def _bad_manifest(file: Path, error: Exception) -> StoreDamaged:
    return StoreDamaged(
        f"manifest.json 无法读取（{error}）。请从备份恢复该文件，"
        "或把此文件夹移走后重新导入原始文件。",
        f"manifest.json cannot be read ({error}). Restore it from a backup, or move the folder "
        "away and ingest the documents again.",
        place=str(file),
    )


def damaged_generation(folder: Path, number: int, reason: object) -> StoreDamaged:
    """Return the error for a generation whose files are gone or unreadable."""
    return StoreDamaged(
        f"第 {number} 代数据无法打开（{reason}）。请从备份恢复此文件夹，或移走后重新导入原始文件。",
        f"generation {number} cannot be opened ({reason}). Restore the folder from a backup, or "
        "move it away and ingest the documents again.",
        place=str(place_of(folder, number)),
    )


# Reading


def pin(folder: Path) -> tuple[Manifest, int]:
    """Take hold of the current generation, so that no writer removes it.

    Returns:
        The manifest, and a file descriptor; closing it lets the generation go.
    """
    for _ in range(_ATTEMPTS):
        manifest = read_manifest(folder)
        descriptor = _share(place_of(folder, manifest.number) / IN_USE)
        if descriptor is not None:
            return manifest, descriptor
        if read_manifest(folder).number == manifest.number:
            raise damaged_generation(folder, manifest.number, IN_USE)
    raise damaged_generation(folder, manifest.number, IN_USE)


def _share(file: Path) -> int | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    try:
        if os.path.samestat(os.fstat(descriptor), file.stat()):
            return descriptor
    except OSError:  # removed while we waited for the lock
        pass
    os.close(descriptor)
    return None


# Writing


@contextmanager
def write_lock(folder: Path, timeout: float) -> Iterator[None]:
    """Hold the lock of the one writer.

    Raises:
        StoreBusy: another writer kept it longer than `timeout` seconds.
        StoreError: the folder cannot be written to.
    """
    # A worker, which never writes, starts sooner without it.
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=timeout, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(
            f"另一个进程正在写入，等待 {timeout:g} 秒后仍未结束。请稍后再试。",
            f"another process is writing and did not finish within {timeout:g} s. Try again later.",
            place=str(folder),
        ) from error
    except OSError as error:
        raise StoreError(
            f"无法写入该文件夹：{error.strerror}",
            f"the folder cannot be written to: {error.strerror}",
            place=str(folder),
        ) from error
    try:
        yield
    finally:
        lock.release()


def prepare_folder(folder: Path) -> None:
    """Make `folder` if it is not there.

    Raises:
        StoreError: it cannot be made, or holds files that are not ours.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        raise StoreError(
            f"无法建立该文件夹：{error.strerror}",
            f"the folder cannot be made: {error.strerror}",
            place=str(folder),
        ) from error
    if MANIFEST in names or CREATING in names:
        return
    if GENERATIONS in names:
        raise _no_manifest(folder)
    if names - {LOCK, "lost+found"}:
        raise StoreError(
            "该文件夹里已有其他文件，不能作为新库。请另选一个空文件夹。",
            "the folder holds other files, so no store is made in it. Choose an empty one.",
            place=str(folder),
        )


@contextmanager
def creating(folder: Path) -> Iterator[None]:
    """Mark the time until a new store is complete; an unfinished one is no store."""
    (folder / CREATING).touch()
    shutil.rmtree(folder / GENERATIONS, ignore_errors=True)
    (folder / GENERATIONS).mkdir()
    yield
    (folder / CREATING).unlink()


def clean_up(folder: Path) -> Manifest:
    """Remove what dead writers and departed readers left; return the manifest. Needs the lock."""
    manifest = read_manifest(folder)
    (folder / CREATING).unlink(missing_ok=True)
    entries = list((folder / GENERATIONS).iterdir())
    numbers = {int(entry.name) for entry in entries if entry.name.isdecimal()}
    highest = max(numbers, default=0)
    if highest > manifest.issued:
        manifest = replace(manifest, issued=highest)
        _write_manifest(folder, manifest)
    for entry in entries:
        if not entry.name.isdecimal() or int(entry.name) > manifest.number:
            shutil.rmtree(entry, ignore_errors=True)
    for number in numbers:
        if number < manifest.number:
            _remove_if_unused(folder, number)
    return manifest


def _remove_if_unused(folder: Path, number: int) -> None:
    place = place_of(folder, number)
    trash = place.with_name(f"old-{number}")
    try:
        descriptor = os.open(place / IN_USE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        place.rename(trash)
    else:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            place.rename(trash)
        except BlockingIOError:
            return
        finally:
            os.close(descriptor)
    shutil.rmtree(trash, ignore_errors=True)


def new_work(folder: Path, number: int) -> Path:
    """Make the empty folder in which generation `number` is prepared.

    Its name is never used twice: the engine remembers the paths that a process has open.
    """
    work = folder / GENERATIONS / f"work-{number}-{secrets.token_hex(8)}"
    work.mkdir()
    (work / IN_USE).touch()
    return work


def publish(folder: Path, work: Path, *, number: int, triples: int, vocabulary: str) -> Manifest:
    """Make the finished `work` durable, give it its number and make it the current generation."""
    manifest = Manifest(
        number, number, datetime.now(UTC).isoformat(), triples, __version__, vocabulary
    )
    for file in [*work.rglob("*"), work]:
        _sync(file)
    work.rename(place_of(folder, number))
    _sync(folder / GENERATIONS)
    _write_manifest(folder, manifest)
    return manifest


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2) + "\n"
    temporary = folder / f"{MANIFEST}.new"
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    os.replace(temporary, folder / MANIFEST)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
