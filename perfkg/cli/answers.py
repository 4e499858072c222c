"""What a query answered, written in the format that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from perfkg import results
from perfkg.cli import console
from perfkg.errors import UsageError
from perfkg.messages import Text
from perfkg.settings import Settings
from perfkg.store.base import AskResult, QueryResult, SelectResult


@dataclass(frozen=True, slots=True)
class Asked:
    """A result with what its cover sheet and its headings say."""

    result: QueryResult
    cover: results.Cover
    columns: Mapping[str, Text] = field(default_factory=dict)


def write(asked: Asked, form: str, output: Path | None, settings: Settings) -> None:
    """Write a result in the format that was asked for; tell on stderr when it was cut."""
    result = asked.result
    wanted = results.find_format(form, results.kind_of(result))
    if wanted.name == "table":
        if output is not None:
            raise UsageError(
                "table 只用于终端；写入文件请选 csv、xlsx 等格式",
                "table is for the terminal; choose csv, xlsx … for a file",
            )
        console.show(results.table(result, settings.lang, asked.columns))
        return
    if wanted.name == "xlsx" and output is None and console.is_terminal():
        raise UsageError(
            "xlsx 不能显示在终端；请用 -o 指定文件",
            "xlsx cannot be shown on a terminal; name a file with -o",
        )
    console.write_bytes(_bytes(asked, wanted, output, settings), output)
    if not isinstance(result, AskResult) and result.truncated:
        console.note(
            Text(
                f"结果在 {settings.max_rows} 行处截断，后面还有（PERFKG_MAX_ROWS）",
                f"the result was cut at {settings.max_rows} rows; there are more (PERFKG_MAX_ROWS)",
            ),
            settings.lang,
        )


def _bytes(asked: Asked, wanted: results.Format, output: Path | None, settings: Settings) -> bytes:
    if wanted.name == "xlsx":
        from perfkg.results.workbook import workbook

        return workbook(asked.result, asked.cover, settings.lang, asked.columns)
    if wanted.name == "csv" and output is not None and isinstance(asked.result, SelectResult):
        # A file is opened in a spreadsheet, a pipe is read by a program.
        return results.csv_for_people(asked.result)
    return results.to_bytes(asked.result, wanted)
