"""`perfkg export`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.errors import UsageError
from perfkg.messages import Text
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, open_store


class ExportFormat(StrEnum):
    """The serialisations of the graph."""

    NT = "nt"
    NQ = "nq"
    TURTLE = "turtle"
    TRIG = "trig"
    JSONLD = "jsonld"
    RDFXML = "rdfxml"


def export(
    form: Annotated[
        ExportFormat, typer.Option("--format", help="输出格式 · Serialisation.")
    ] = ExportFormat.NT,
    output: OutputOption = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", help="写出可发布的整套文件到新文件夹 · Write the bundle."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """导出整个图，或可发布的整套文件。 Write the whole graph, or the publishable bundle.

    nq、trig 含检查结果图，其余格式只含默认图。同样的数据导出的字节相同。
    --bundle 写出数据、表格、本体、规则、描述、说明和校验和；文件夹须为空或不存在。

    例 Examples:

        perfkg export --format nt -o perfkg.nt

        perfkg export --format turtle | gzip > perfkg.ttl.gz

        perfkg export --bundle published && cd published && sha256sum -c SHA256SUMS
    """
    settings = settings_for(store)
    if bundle is not None and output is not None:
        raise UsageError(
            "--bundle 与 --output 不能同用", "--bundle and --output do not go together"
        )
    with open_store(settings.store, base=settings.base) as source:
        if bundle is not None:
            _export_bundle(source, settings, bundle)
            return
        if output is None:
            source.dump(sys.stdout.buffer, form.value)
            sys.stdout.buffer.flush()
        else:
            with console.replaced(output) as out:
                source.dump(out, form.value)


def _export_bundle(source: EmbeddedStore, settings: Settings, folder: Path) -> None:
    # The spreadsheets and descriptions take a while to import, which other exports are spared.
    from perfkg.export.bundle import write_bundle

    def told(name: str) -> None:
        console.note(Text(f"正在写 {name}", f"writing {name}"), settings.lang)

    files = write_bundle(source.snapshot(), settings, folder, told)
    total = sum(facts.size for facts in files.values())
    count = len(files) + 1
    console.note(
        Text(
            f"{folder}：{count} 个文件，{total:,} 字节",
            f"{folder}: {count} files, {total:,} bytes",
        ),
        settings.lang,
    )
