"""`perfkg ingest`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from perfkg.cli.options import StoreOption, settings_for
from perfkg.errors import UsageError


class ReportFormat(StrEnum):
    """How `perfkg ingest` tells what it did."""

    TABLE = "table"
    JSON = "json"


def ingest_command(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="文件或文件夹，或 fsspec 地址（s3://…）· Files, folders or addresses.",
        ),
    ],
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="并行读取和检查的进程数（默认自动）· Processes."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--validate/--no-validate",
            help="写入时一并检查；不检查则清空检查结果 · Check; without it no findings are kept.",
        ),
    ] = True,
    again: Annotated[
        bool,
        typer.Option("--again", help="库中已有的文件也重读 · Read again what the store has."),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="由 Dask 集群读取，如 tcp://10.0.0.5:8786 · A Dask cluster reads.",
        ),
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="存放已读内容的文件夹或地址（默认在库中）· Keeps what was read.",
        ),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="摘要的格式 · Format of the summary.")
    ] = ReportFormat.TABLE,
    store: StoreOption = None,
) -> None:
    """读取文件或文件夹中的表格并写入库，作为一个新版本。 Put forms into the store as one version.

    库中已有的文件（内容相同）跳过不读；更正后的文件替换其原有内容。数据与检查结果同属一个版本。
    中断后再次运行，已读的文件不重读。

    例 Examples:

        perfkg ingest 2024/

        perfkg ingest a.txt b.txt --store ./my-store

        perfkg ingest s3://forms/2024 --scheduler tcp://10.0.0.5:8786 --shards s3://forms/shards
    """
    from perfkg.asking import open_to_write
    from perfkg.cli.ingest_progress import How, Keeper, Telling, ingest_with_progress
    from perfkg.harvest import Listing, find_places, folder_at, place_of

    settings = settings_for(store)
    if "-" in paths:
        raise UsageError(
            "ingest 不读标准输入；请给出文件或文件夹",
            "ingest does not read standard input; name files or folders",
        )
    if scheduler is not None and workers is not None:
        raise UsageError(
            "--workers 不与 --scheduler 同用：进程数由集群决定",
            "--workers does not go with --scheduler: the cluster has its own number of processes",
        )
    with Listing(find_places(map(place_of, paths))) as files:
        if not files:
            raise UsageError(
                "所给文件夹中没有文件；请检查路径",
                "there is no file in these folders; check the paths",
                place=", ".join(paths),
            )
        keeper = Keeper(settings, workers) if check else None
        kept = None if shards is None else folder_at(place_of(shards))
        how = How(workers, kept, scheduler, again)
        with open_to_write(settings) as target, Telling(settings.lang, form) as telling:
            report = ingest_with_progress(target, files, settings, telling, keeper, how)
            telling.sum_up(report, keeper)
    if not report.is_whole:
        raise typer.Exit(1)
