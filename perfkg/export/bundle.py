"""The publishable bundle: a folder with everything that somebody who never heard of perfkg needs.

The same generation with the same settings gives the same bytes: nothing in it tells when, where
or by whom it was written. It appears whole or not at all.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from perfkg.errors import StoreError, UsageError
from perfkg.export.catalogue import catalogue
from perfkg.export.dumps import dumps_of, write_dump
from perfkg.export.figures import Figures, figures_of
from perfkg.export.graphs import turtle_bytes
from perfkg.export.publication import NO_LICENCE, Publication, publication_of
from perfkg.export.readme import readme
from perfkg.export.void import void
from perfkg.export.writing import Facts, facts_of
from perfkg.messages import Language
from perfkg.resources import ontology_folder, shapes_folder
from perfkg.settings import Settings
from perfkg.store.base import State

SUMS: Final = "SHA256SUMS"

Progress = Callable[[str], None]


def write_bundle(
    snapshot: State, settings: Settings, folder: Path, progress: Progress = lambda _: None
) -> dict[str, Facts]:
    """Write the bundle of a generation.

    Args:
        folder: must not be there yet, or be empty.
        progress: told the name of each file that is begun.

    Returns:
        The files with their sizes and checksums, by name.

    Raises:
        UsageError: the folder holds something, or cannot be made.
        StoreError: writing failed (the disk is full); nothing is left behind.
    """
    with _appearing(folder) as place:
        facts: dict[str, Facts] = {}
        publication = publication_of(settings)
        figures = figures_of(snapshot.database, publication.base)
        _write_data(snapshot, publication, figures, place, facts, progress)
        _write_definitions(place)
        _write_descriptions(snapshot, publication, figures, facts, place)
        for path in _files(place):
            name = path.relative_to(place).as_posix()
            facts[name] = facts.get(name) or facts_of(path)
        sums = "".join(f"{facts[name].sha256}  {name}\n" for name in sorted(facts))
        (place / SUMS).write_text(sums, encoding="ascii")
    return facts


def _write_data(
    snapshot: State,
    publication: Publication,
    figures: Figures,
    place: Path,
    facts: dict[str, Facts],
    progress: Progress,
) -> None:
    work = place / "work"
    work.mkdir()
    for dump in dumps_of(figures.years):
        progress(dump.name)
        write_dump(dump, snapshot, publication.base, place / dump.name, place, work)
        facts[dump.name] = facts_of(place / dump.name)
    shutil.rmtree(work)


def _write_definitions(place: Path) -> None:
    """Copy the ontology, the vocabularies, the context and the shapes as they are."""
    for name, source in (("ontology", ontology_folder()), ("shapes", shapes_folder())):
        (place / name).mkdir()
        for path in sorted((*source.glob("*.ttl"), *source.glob("*.jsonld"))):
            shutil.copyfile(path, place / name / path.name)


def _write_descriptions(
    snapshot: State,
    publication: Publication,
    figures: Figures,
    facts: dict[str, Facts],
    place: Path,
) -> None:
    generation, dumps = snapshot.generation, dumps_of(figures.years)
    described = catalogue(figures, generation, publication, facts)
    (place / "dcat.ttl").write_bytes(turtle_bytes(described))
    (place / "void.ttl").write_bytes(turtle_bytes(void(figures, generation, publication, dumps)))
    (place / "LICENCE.txt").write_text(_licence(publication), encoding="utf-8")
    languages: tuple[tuple[Language, str], ...] = (("zh", "README.zh.md"), ("en", "README.en.md"))
    for language, name in languages:
        text = readme(language, publication, generation, figures, dumps)
        (place / name).write_text(text, encoding="utf-8")


def _licence(publication: Publication) -> str:
    data = publication.licence or f"{NO_LICENCE.zh}\n{NO_LICENCE.en}"
    return (
        f"数据 Data\n{data}\n\n"
        "本体、词表与规则 Ontology, vocabularies and shapes\n"
        "https://creativecommons.org/licenses/by/4.0/ (The perfkg authors)\n"
    )


def _files(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `folder` when all went well."""
    folder = folder.absolute()
    temporary = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                "已有内容；请另选一个空的或不存在的文件夹",
                "there is something already; name an empty folder or one that is not there",
                place=str(folder),
            )
        temporary.mkdir()
    except OSError as error:
        raise UsageError(
            f"无法建立该文件夹：{error.strerror}",
            f"the folder cannot be made: {error.strerror}",
            place=str(folder),
        ) from error
    try:
        yield temporary
        for path in [*_files(temporary), temporary]:
            _sync(path)
        os.replace(temporary, folder)
    except OSError as error:
        raise StoreError(
            f"写入失败（{error.strerror}），没有留下任何文件；请确认磁盘空间后重试",
            f"writing failed ({error.strerror}), and nothing was left behind; check that there is "
            "room on the disk and try again",
            place=str(folder),
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
