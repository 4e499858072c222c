"""`perfkg export` and `perfkg push`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.errors import UsageError
from perfkg.messages import Text

if TYPE_CHECKING:
    from perfkg.settings import Settings
    from perfkg.store import Store


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
    view: Annotated[
        str | None,
        typer.Option(
            "--view", help="导出视图：budget-cube、impact、schema-org · Write a view instead."
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """导出整个图，或可发布的整套文件。 Write the whole graph, or the publishable bundle.

    --view 用其他领域的词汇写出：资金数据立方体、影响力数据标准、schema.org。
    nq、trig 含检查结果图，其余格式只含默认图。同样的数据导出的字节相同。
    --bundle 写出数据、表格、本体、规则、描述、说明和校验和；文件夹须为空或不存在。

    例 Examples:

        perfkg export --format nt -o perfkg.nt

        perfkg export --format turtle | gzip > perfkg.ttl.gz

        perfkg export --view budget-cube --format turtle -o budget-cube.ttl

        perfkg export --bundle published && cd published && sha256sum -c SHA256SUMS
    """
    from perfkg.asking import open_to_read

    settings = settings_for(store)
    if bundle is not None and (output is not None or view is not None):
        raise UsageError(
            "--bundle 不能与 --output 或 --view 同用",
            "--bundle does not go together with --output or --view",
        )
    with open_to_read(settings) as source:
        if bundle is not None:
            _export_bundle(source, settings, bundle)
            return
        with ExitStack() as stack:
            out: BinaryIO = sys.stdout.buffer
            if output is not None:
                out = stack.enter_context(console.replaced(output))
            if view is None:
                source.dump(out, form.value)
            else:
                _export_view(source, settings, view, out, form)
            out.flush()


def _export_view(
    source: Store, settings: Settings, name: str, out: BinaryIO, form: ExportFormat
) -> None:
    import tempfile

    from perfkg.export.views import write_view

    with tempfile.TemporaryDirectory(prefix="perfkg-view-") as work:
        base = settings.identity.base
        write_view(source.snapshot().database, name, base, out, Path(work), form.value)


def _export_bundle(source: Store, settings: Settings, folder: Path) -> None:
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


def push(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="目标库的图存储地址 · Its graph store.")
    ],
    graph: Annotated[
        str | None,
        typer.Option("--graph", help="写入的命名图（默认写入默认图）· Named graph to fill."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只说会改动什么 · Only tell what would change.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """把默认图送入另一个库并核对。 Bring the default graph into another store and verify it.

    经 SPARQL 1.1 图存储协议分批送出；中断后再次运行即接着送。送完读回，比较条数和 SHA-256。
    目标图若有别的内容，会被替换。令牌取 PERFKG_PUSH_TOKEN。

    例 Examples:

        perfkg push http://localhost:7878/store --dry-run

        perfkg push http://localhost:3030/perfkg/data --graph https://data.example.cn/perfkg
    """
    import tempfile

    from perfkg.asking import open_to_read
    from perfkg.export.push import Push
    from perfkg.export.target import Target

    settings = settings_for(store)
    token = settings.push_token.get_secret_value() if settings.push_token else None
    target = Target(url, graph, token)

    def told(sent: int, total: int) -> None:
        console.note(
            Text(f"已送 {sent:,} / {total:,} 条", f"sent {sent:,} of {total:,}"), settings.lang
        )

    with (
        open_to_read(settings) as source,
        tempfile.TemporaryDirectory(prefix="perfkg-push-") as work,
    ):
        way = Push(source.snapshot().database, target, Path(work))
        difference = way.compare()
        added, removed = difference.missing, difference.foreign
        console.note(
            Text(
                f"共 {difference.wanted:,} 条；目标缺 {added:,} 条，多 {removed:,} 条",
                f"{difference.wanted:,} statements; the target lacks {added:,} and holds "
                f"{removed:,} others",
            ),
            settings.lang,
        )
        if dry_run:
            return
        if not difference.is_none:
            way.send(difference, told)
        proof = way.verify()
        console.note(
            Text(
                f"已核对 verified：{proof.count:,} 条，SHA-256 {proof.sha256}",
                f"verified: {proof.count:,} statements, SHA-256 {proof.sha256}",
            ),
            settings.lang,
        )
