"""`perfkg export`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from perfkg.cli import console
from perfkg.cli.options import OutputOption, StoreOption, settings_for
from perfkg.store import open_store


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
    store: StoreOption = None,
) -> None:
    """导出整个图。 Write the whole graph.

    nq、trig 含检查结果图，其余格式只含默认图。同样的数据导出的字节相同。

    例 Examples:

        perfkg export --format nt -o perfkg.nt

        perfkg export --format turtle | gzip > perfkg.ttl.gz
    """
    settings = settings_for(store)
    with open_store(settings.store, base=settings.base) as source:
        if output is None:
            source.dump(sys.stdout.buffer, form.value)
            sys.stdout.buffer.flush()
        else:
            with console.replaced(output) as out:
                source.dump(out, form.value)
