"""Reading and reviewing one file in a process of its own, which a hostile file may bring down.

The service hands over the bytes and gets back what its page shows. A process that takes too long,
asks for too much memory or crashes is ended, and nothing but this one answer is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from perfkg.confined import end_after
from perfkg.errors import PerfkgError
from perfkg.messages import Language, Problem
from perfkg.processes import Died, Late, NeverStarted, WorkerProcess
from perfkg.reading import read_bytes
from perfkg.reviewing import review_documents, rules_for
from perfkg.server.browse.form_table import FormTable, form_tables, forms_in
from perfkg.server.problems import ServiceProblem
from perfkg.settings import Settings
from perfkg.validation import html_report, report, xlsx_report
from perfkg.validation.findings import count_by_severity
from perfkg.validation.review import Review

MOST_FORMS: Final = 50
"""Forms that a page lays out; the reports name all findings."""
_STARTED: Final = "started"


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read.

    Attributes:
        name: of the file, which tells its kind together with the bytes. data: the bytes.
        wanted: `page`, `json`, `html` or `xlsx`.
    """

    name: str
    data: bytes
    wanted: str
    language: Language
    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of a file.

    Attributes:
        tables: the forms as they were read, the first `MOST_FORMS`. forms: how many there are.
        problems: what could not be read, and what deserves a look.
        is_whole: whether nothing was left ununderstood.
        counts: how many findings of each severity.
        json, html, xlsx: the reports that were wanted, else empty.
    """

    tables: tuple[FormTable, ...]
    forms: int
    problems: tuple[Problem, ...]
    is_whole: bool
    counts: tuple[int, ...]
    json: str = ""
    html: bytes = b""
    xlsx: bytes = b""


def review_file(
    name: str, data: bytes, wanted: str, language: Language, settings: Settings
) -> Reviewed:
    """Read and review a file in a process of its own.

    Args:
        wanted: `page` for everything that a page shows, or the one report: json, html, xlsx.

    Raises:
        ServiceProblem: 422, it took too long or brought its process down; 503, no process could
            be started.
        PerfkgError: a rule file of the settings is broken.
    """
    given = settings.model_dump(include=set(_SETTINGS))
    job = Job(name, data, wanted, language, given)
    memory = settings.limits.memory + int(settings.query_memory * 1024 * 1024)
    worker = WorkerProcess(__name__, memory=memory)
    try:
        worker.begin(job)
        found = worker.receive(settings.read_timeout)
    except NeverStarted as error:
        raise ServiceProblem(
            503,
            "现在不能启动读取进程，请稍后再试",
            "no process for reading can be started now; try again later",
            headers={"Retry-After": "5"},
        ) from error
    except (Late, Died) as error:
        raise _too_much(settings, isinstance(error, Late)) from error
    finally:
        worker.discard()
    if isinstance(found, Reviewed):
        return found
    raise found if isinstance(found, PerfkgError) else _too_much(settings, False)


_SETTINGS: Final = (
    "base",
    "shapes",
    "max_file_size",
    "max_unpacked",
    "max_cells",
    "max_sheet_rows",
    "max_pages",
    "read_timeout",
    "read_memory",
)
"""The settings on which reading and reviewing depend; no token is among them."""


def _too_much(settings: Settings, late: bool) -> ServiceProblem:
    if late:
        seconds = f"{settings.read_timeout:g}"
        return ServiceProblem(
            422,
            f"读取和审核这个文件超过了 {seconds} 秒，已停止。请把文件拆小后再试。",
            f"reading and reviewing the file took more than {seconds} s and was stopped; "
            "split it and try again",
        )
    return ServiceProblem(
        422,
        "读取这个文件需要的内存过多，或文件已损坏，读取已停止。请另存为 docx、xlsx 或 pdf 后再试。",
        "reading the file needed too much memory, or the file is damaged; it was stopped. "
        "Save it anew as docx, xlsx or pdf and try again",
    )


# -- in the process ---------------------------------------------------------------------------


def work(connection: Connection) -> None:
    """Read and review one file; what `WorkerProcess` runs."""
    job = connection.recv()
    connection.send(_STARTED)
    settings = Settings.model_validate(job.settings)
    end_after(settings.read_timeout)
    try:
        connection.send(_reviewed(job, settings))
    except PerfkgError as error:
        with suppress(OSError):
            connection.send(error)


def _reviewed(job: Job, settings: Settings) -> Reviewed:
    read = read_bytes(job.name, job.data, limits=settings.limits)
    shapes = rules_for(settings)
    review = review_documents([read], shapes, settings)
    forms = forms_in(review.data) if job.wanted == "page" else []
    makers: dict[str, Callable[[Review, Language], bytes]] = {
        "html": html_report.to_html,
        "xlsx": xlsx_report.to_xlsx,
    }
    made = {
        kind: make(review, job.language)
        for kind, make in makers.items()
        if job.wanted in ("page", kind)
    }
    tables = form_tables(review.data, forms[:MOST_FORMS], review.findings, shapes)
    return Reviewed(
        tables=tuple(tables),
        forms=len(read.forms),
        problems=read.problems,
        is_whole=read.is_whole,
        counts=tuple(count_by_severity(review.findings).values()),
        json=report.to_json(review.findings) if job.wanted == "json" else "",
        **made,
    )
