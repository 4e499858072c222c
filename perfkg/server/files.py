"""The files that pages load: style sheet, icon, scripts."""

from __future__ import annotations

import os

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope


class CheckedFiles(StaticFiles):
    """Static files that a browser keeps and asks about each time.

    Left to itself it would keep a file of unknown age for months, and run the script of one
    version in the page of the next.
    """

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file, or 304 when the client has it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response
