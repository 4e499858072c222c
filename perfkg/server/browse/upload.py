"""A file that a browser or a program sends, taken out of its request."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.message import Message
from http import HTTPStatus
from typing import Final

from fastapi import Request

from perfkg.server.bodies import media_type_of, read_body
from perfkg.server.problems import ServiceProblem

_FRAME: Final = 64 * 1024
"""Bytes that a request may have beside its file."""
_FORM: Final = "multipart/form-data"
_MOST_PARTS: Final = 20
_UNNAMED: Final = "upload"
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the other fields that came with it."""

    name: str
    data: bytes
    fields: dict[str, str]


async def read_upload(request: Request, most: int, seconds: float) -> Upload:
    """Return the file that a request holds: the field `file` of a form, or its whole body.

    Args:
        most: bytes that a file may have.
        seconds: that the client may take to send it.

    Raises:
        ServiceProblem: 400, there is no file or the form is malformed; 408, it did not come in
            time; 413, it is too large.
    """
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most + _FRAME:
        raise _too_large(most)
    try:
        body = await read_body(request, most + _FRAME, seconds)
    except ServiceProblem as error:
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise _too_large(most) from error
        raise
    if media_type_of(request) == _FORM:
        upload = _of_form(request, body)
    else:
        upload = Upload(_base_name(request.query_params.get("name", "")), body, {})
    if not upload.data and not upload.name:  # an empty file has a name, and is told as empty
        raise ServiceProblem(
            400, "没有收到文件，请先选择文件", "no file was sent; choose one first"
        )
    if len(upload.data) > most:
        raise _too_large(most)
    return replace(upload, name=upload.name or _UNNAMED)


def _of_form(request: Request, body: bytes) -> Upload:
    fields: dict[str, str] = {}
    name, data = "", b""
    for disposition, content in _parts(request, body):
        field = _parameter(disposition, "name")
        if field == "file":
            name, data = _base_name(_parameter(disposition, "filename")), content
        else:
            fields[field] = content.decode("utf-8", "replace")
    return Upload(name, data, fields)


def _parts(request: Request, body: bytes) -> list[tuple[str, bytes]]:
    """Return the Content-Disposition and the content of each part (RFC 7578)."""
    boundary = _parameter(request.headers.get("content-type", ""), "boundary")
    if not _BOUNDARY.fullmatch(boundary):
        raise _malformed()
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("ascii"))
    if len(pieces) < 2 or len(pieces) > _MOST_PARTS + 2 or not pieces[-1].startswith(b"--"):
        raise _malformed()
    found = []
    for piece in pieces[1:-1]:
        head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            raise _malformed()
        found.append((_disposition(head), content))
    return found


def _disposition(head: bytes) -> str:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return value.strip()
    raise _malformed()


def _parameter(header: str, name: str) -> str:
    """Return a parameter of a header, "" where there is none."""
    message = Message()
    message["Content-Type"] = header.replace("\r", "").replace("\n", "")
    found = message.get_param(name, "")
    return found if isinstance(found, str) else str(found[2])


def _base_name(path: str) -> str:
    """Return the name of a file without folders, as some browsers send them; "" for none."""
    return path.replace("\\", "/").rpartition("/")[2][:200]


def _malformed() -> ServiceProblem:
    return ServiceProblem(
        400,
        "上传的表单不完整（multipart/form-data），请重新选择文件",
        "the upload is malformed (multipart/form-data); choose the file again",
    )


def _too_large(most: int) -> ServiceProblem:
    megabytes = f"{most / (1024 * 1024):.3g}"
    return ServiceProblem(
        413,
        f"文件超过 {megabytes} MB。请拆成几个文件后再试。",
        f"the file is larger than {megabytes} MB; split it and try again",
    )
