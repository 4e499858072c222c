"""`/review`: send a file, see how it was read and what the review finds; nothing is kept."""

from __future__ import annotations

import base64
import threading
from typing import Final

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from perfkg.messages import Problem
from perfkg.results import FORMATS
from perfkg.server import openapi
from perfkg.server.browse.reading import Reviewed, review_file
from perfkg.server.browse.upload import Upload, read_upload
from perfkg.server.browse.view import View, ViewOf
from perfkg.server.negotiation import HTML, best_type
from perfkg.server.problems import ServiceProblem

router = APIRouter()

_AT_ONCE: Final = 2
"""Files that are read at the same time; each may use a processor and much memory."""
_LONGER: Final = 10
"""Times as long as a query a file may take to be sent."""
_PATIENCE: Final = 20.0
"""Seconds that a file waits for its turn."""
_MOST_EMBEDDED: Final = 4 * 1024 * 1024
"""Bytes of a report that a page holds for download."""
_turns: Final = threading.BoundedSemaphore(_AT_ONCE)
_JSON: Final = "application/json"
_XLSX: Final = FORMATS["xlsx"].media_type
_WANTED: Final = {HTML: "page", _JSON: "json", _XLSX: "xlsx"}
_TYPES: Final = {"html": HTML, "xlsx": _XLSX, "json": _JSON}


@router.get("/review", summary="The page to send a file to the review", include_in_schema=False)
def show_upload(view: ViewOf) -> Response:
    """Show the form that takes a file."""
    return view.send(lambda: _page(view, None, ""))


@router.post(
    "/review",
    summary="Review a file; nothing is kept",
    responses=openapi.REVIEW_RESPONSES,
    openapi_extra=openapi.REVIEW,
)
async def review(view: ViewOf) -> Response:
    """Read the file of the field `file`, or of the body with its name in `name`, and review it.

    The answer is a page, or by Accept (or the field `format`) the findings as JSON, with the keys
    of `perfkg validate --format json`, or the report as HTML or XLSX. `Perfkg-Review` says how much
    was read. The file is read in a process of its own and kept nowhere.
    """
    settings = view.service.settings
    seconds = settings.body_timeout * _LONGER
    upload = await read_upload(view.request, settings.limits.file_size, seconds)
    wanted = _wanted(view, upload)
    reviewed = await run_in_threadpool(_reviewed, view, upload, wanted)
    headers = {"Cache-Control": "no-store", "Perfkg-Review": _told(reviewed)}
    if wanted == "page":
        page = await run_in_threadpool(_page, view, reviewed, upload.name)
        return Response(page, media_type=HTML, headers=headers)
    if not reviewed.forms:
        raise _unreadable(reviewed)
    if wanted == "json":
        return Response(reviewed.json, media_type=_JSON, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="review.{wanted}"'
    body = reviewed.html if wanted == "html" else reviewed.xlsx
    return Response(body, media_type=_TYPES[wanted], headers=headers)


def _wanted(view: View, upload: Upload) -> str:
    """Return `page`, `json`, `html` or `xlsx`.

    Raises:
        ServiceProblem: 406, it can be given in none of the types asked for.
    """
    named = upload.fields.get("format") or view.text("format")
    if named in _TYPES:
        return named
    found = best_type(view.request, tuple(_WANTED))
    if found is None:
        raise ServiceProblem(
            406,
            f"没有所要的格式；可用：{', '.join(_WANTED)}",
            f"none of the media types asked for; there are {', '.join(_WANTED)}",
        )
    accept = view.request.headers.get("accept", "").strip()
    return _WANTED[found] if accept not in ("", "*/*") else "json"


def _reviewed(view: View, upload: Upload, wanted: str) -> Reviewed:
    if not _turns.acquire(timeout=_PATIENCE):
        raise ServiceProblem(
            503,
            "正在审核的文件太多，请稍后再试",
            "too many files are being reviewed; try again later",
            headers={"Retry-After": "10"},
        )
    try:
        return review_file(upload.name, upload.data, wanted, view.language, view.service.settings)
    finally:
        _turns.release()


def _told(reviewed: Reviewed) -> str:
    state = "complete" if reviewed.is_whole else "partial"
    return f"{state}; forms={reviewed.forms}; findings={sum(reviewed.counts)}"


def _unreadable(reviewed: Reviewed) -> ServiceProblem:
    reasons = [problem.message for problem in reviewed.problems if problem.severity == "error"]
    zh = "；".join(reason.zh for reason in reasons) or "文件里没有认出绩效目标表"
    en = "; ".join(reason.en for reason in reasons) or "no performance form was found in the file"
    return ServiceProblem(422, zh, en)


def _page(view: View, reviewed: Reviewed | None, name: str) -> bytes:
    limits = view.service.settings.limits
    return view.render(
        "review.html",
        file=name,
        reviewed=reviewed,
        linked=lambda iri: _is_known(view, iri),
        reports=[] if reviewed is None else _reports(reviewed),
        shapes=view.shapes,
        megabytes=f"{limits.file_size / (1024 * 1024):.3g}",
        limit_seconds=f"{limits.seconds:g}",
        place=_place,
    )


def _is_known(view: View, iri: str) -> bool:
    """Whether the store has a page about what the file names."""
    directory = view.known
    kinds = ("organizations", "projects", "indicators")
    return directory is not None and any(directory.thing(kind, iri) for kind in kinds)


def _reports(reviewed: Reviewed) -> list[tuple[str, str, str]]:
    """Return word, file name and address of each report; the address holds it whole."""
    found = []
    for kind, content in (("html", reviewed.html), ("xlsx", reviewed.xlsx)):
        if content and len(content) <= _MOST_EMBEDDED:
            data = base64.b64encode(content).decode("ascii")
            address = f"data:{_TYPES[kind]};base64,{data}"
            found.append((f"as_{kind}", f"review.{kind}", address))
    return found


def _place(problem: Problem) -> str:
    return f"{problem.location}：" if problem.location else ""
