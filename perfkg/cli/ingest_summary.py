"""What became of the files of an ingest: a few lines for people, one object for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from perfkg.ingest import FileReport, IngestReport
from perfkg.messages import Language, Text
from perfkg.store.base import Outcome

_OUTCOMES = {
    Outcome.ADDED: Text("新增", "added"),
    Outcome.UNCHANGED: Text("无变化", "unchanged"),
    Outcome.SOURCE_ADDED: Text("增加来源", "further source"),
    Outcome.REPLACED: Text("由不同文件更新", "replaced by a different document"),
    Outcome.CORRECTED: Text("重新读取后更正", "corrected on reading again"),
}


def ingest_lines(report: IngestReport, language: Language) -> Iterator[str]:
    """Yield the summary of an ingest: the numbers add up to the files that were found."""
    counts = report.read, report.skipped, report.failed
    yield (
        Text(
            "文件 {} 个：读入 {}，跳过 {}，未读入 {}；表格 {} 张",
            "{} files: {} read, {} skipped, {} failed; {} forms",
        )
        .into(language)
        .format(report.found, *counts, report.forms)
    )
    for count, text in (
        (report.stored, Text("跳过的，库中已有", "skipped, as the store has them")),
        (report.doubles, Text("跳过的，与另一文件相同", "skipped, same bytes as another file")),
        (report.kept, Text("上次中断前已读，未重读", "read before the last run was interrupted")),
        (
            report.left_out,
            Text(
                "不完整，库中已有更完整的，未写入",
                "incomplete forms, not written, as the store has more",
            ),
        ),
    ):
        if count:
            yield f"  {text.into(language)}: {count}"
    for outcome, count in sorted(report.outcomes.items(), key=lambda item: item[0].value):
        yield f"  {_OUTCOMES[outcome].into(language)}: {count}"
    yield Text(
        f"数据版本 {report.generation}，共 {report.triples:,} 条三元组",
        f"dataset version {report.generation}, {report.triples:,} triples",
    ).into(language)


def report_json(
    report: IngestReport, findings: dict[str, int] | None, files: Iterable[bytes]
) -> Iterator[bytes]:
    """Yield the same as JSON, piece by piece.

    Args:
        findings: how many by severity; None where nothing was checked.
        files: what `file_json` gave of the files that there is something to say of.
    """
    counts = {
        "found": report.found,
        "read": report.read,
        "skipped": report.skipped,
        "failed": report.failed,
        "skipped_stored": report.stored,
        "skipped_duplicate": report.doubles,
        "read_before_interruption": report.kept,
        "forms": report.forms,
        "forms_left_out": report.left_out,
        "outcomes": {outcome.value: report.outcomes[outcome] for outcome in Outcome},
        "dataset_version": report.generation,
        "triples": report.triples,
        "findings": findings,
    }
    yield json.dumps(counts, ensure_ascii=False, indent=2)[:-2].encode() + b',\n  "files": ['
    separator = b"\n    "
    for file in files:
        yield separator + file
        separator = b",\n    "
    yield b"]\n}\n" if separator == b"\n    " else b"\n  ]\n}\n"


def file_json(file: FileReport) -> bytes | None:
    """Return one line of JSON about a file that was not read, or not without a remark."""
    if not (file.problems or file.same_as):
        return None
    status = "skipped" if file.is_skipped else "read" if file.is_read else "failed"
    told: dict[str, Any] = {"file": shown(file.place), "status": status}
    if file.same_as is not None:
        told["same_as"] = shown(file.same_as)
    told["problems"] = [asdict(problem) for problem in file.problems]
    return json.dumps(told, ensure_ascii=False).encode()


def shown(place: object) -> str:
    """Return a name that can be written, whatever bytes a file system allows in it."""
    return str(place).encode(errors="surrogateescape").decode(errors="replace")
