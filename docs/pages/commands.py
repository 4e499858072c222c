"""`commands.md`: every command with its arguments and options, from the functions behind them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, CommandInfo, OptionInfo

from perfkg.cli import app

from .rendering import render

_TYPES: Final = {str: "TEXT", int: "INTEGER", float: "NUMBER", Path: "PATH"}


def page() -> str:
    """Return the page."""
    root = app.registered_callback
    return render(
        "commands",
        "perfkg/cli/",
        about=str(app.info.help),
        options=list(_parameters(root.callback)) if root and root.callback else [],
        commands=[_command(info) for info in app.registered_commands],
    )


def _command(info: CommandInfo) -> dict[str, Any]:
    function = info.callback
    assert function is not None  # noqa: S101 - a registered command has one
    about = inspect.cleandoc(info.help or function.__doc__ or "")
    parameters = list(_parameters(function))
    arguments = [item["shown"] for item in parameters if item["is_argument"]]
    name = info.name or function.__name__.replace("_", "-")
    return {
        "name": name,
        "summary": about.splitlines()[0],
        "about": about,
        "usage": " ".join(["perfkg", name, "[OPTIONS]", *arguments]),
        "parameters": parameters,
    }


def _parameters(function: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        annotation = hints[name]
        if get_origin(annotation) is not Annotated:
            continue
        plain, info = get_args(annotation)[:2]
        if isinstance(info, ArgumentInfo | OptionInfo):
            yield _parameter(name, plain, info, parameter.default)


def _parameter(
    name: str, annotation: Any, info: ArgumentInfo | OptionInfo, default: object
) -> dict[str, Any]:
    is_argument = isinstance(info, ArgumentInfo)
    kind, repeatable = _kind(annotation)
    names = [name.upper()] if is_argument else _declared(info) or _derived(name, kind)
    metavar = info.metavar or _metavar(kind, info)
    return {
        "is_argument": is_argument,
        "shown": metavar if is_argument and info.metavar else names[0],
        "names": names,
        "value": "" if kind is bool or (is_argument and info.metavar) else metavar,
        "repeatable": repeatable and not is_argument,
        "default": _default(default),
        "help": info.help or "",
    }


def _declared(info: ArgumentInfo | OptionInfo) -> list[str]:
    """Return the names that are written out; the first of them stands where a default would."""
    written = [name for name in (info.default, *(info.param_decls or ())) if isinstance(name, str)]
    # `--check/--no-check` are the two names of a switch.
    return [name for both in written for name in both.split("/")]


def _derived(name: str, kind: type) -> list[str]:
    dashed = name.replace("_", "-")
    return [f"--{dashed}", f"--no-{dashed}"] if kind is bool else [f"--{dashed}"]


def _kind(annotation: Any) -> tuple[type, bool]:
    """Return the type of one value, and whether there may be several."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is list:
        return parts[0], True
    return _kind(parts[0]) if parts else (annotation, False)


def _metavar(kind: type, info: ArgumentInfo | OptionInfo) -> str:
    if issubclass(kind, Enum):
        return "|".join(str(member.value) for member in kind)
    bounds = [str(bound) for bound in (info.min, info.max) if bound is not None]
    return _TYPES.get(kind, "TEXT") + (f" ({' to '.join(bounds)})" if bounds else "")


def _default(default: object) -> str:
    if default in (None, False, inspect.Parameter.empty):
        return ""
    return str(default.value if isinstance(default, Enum) else default)
