"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from perfkg.settings import Settings, load_settings

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="库所在文件夹（默认取 PERFKG_STORE）· Folder of the store."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="写入文件而非标准输出 · Write to a file, not to stdout."),
]


def settings_for(store: str | None) -> Settings:
    """Return the settings with the store that the command line names, if it names one."""
    settings = load_settings()
    return settings if store is None else settings.model_copy(update={"store": store})
