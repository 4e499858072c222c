"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from perfkg.settings import Settings

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="库的文件夹或服务地址（默认取 PERFKG_STORE）· Store: folder or address.",
    ),
]


class Lang(StrEnum):
    """The languages of messages and reports."""

    ZH = "zh"
    EN = "en"


LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", help="语言：zh 或 en（默认取 PERFKG_LANG）· Language."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="写入文件而非标准输出 · Write to a file, not to stdout."),
]


def settings_for(store: str | None, lang: Lang | None = None) -> Settings:
    """Return the settings with what the command line gives in their place."""
    from perfkg.settings import load_settings

    given = {"store": store, "lang": None if lang is None else lang.value}
    update = {name: value for name, value in given.items() if value is not None}
    return load_settings().model_copy(update=update)
