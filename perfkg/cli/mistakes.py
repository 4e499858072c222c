"""Wrong usage, which the command-line library tells in English only, in both languages."""

from __future__ import annotations

import re
from typing import Final

import typer

from perfkg.errors import UsageError

MISTAKES: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""What the library raises for wrong usage (its UsageError, which it does not export)."""

_TOLD: Final = tuple(
    (re.compile(pattern, re.DOTALL), zh)
    for pattern, zh in (
        (r"No such option:? (\S+?)\.? \(Possible options?: (.+)\)", "没有选项 {}；可能是：{}"),
        (r"No such option:? (\S+?)\.? Did you mean (.+)\?", "没有选项 {}；可能是：{}"),
        (r"No such option:? (\S+?)\.?", "没有选项 {}"),
        (r"No such command '?(.+?)'?\. Did you mean (.+)\?", "没有命令“{}”；可能是：{}"),
        (r"No such command '?(.+?)'?\.", "没有命令“{}”"),
        (r"Missing (?:argument|option|parameter) '?(.+?)'?\..*", "缺少 {}"),
        (r"Missing command\.", "缺少命令"),
        (r"Option '?(.+?)'? requires (?:an argument|\d+ arguments)\.", "选项 {} 后面应有一个值"),
        (r"Option '?(.+?)'? does not take a value\.?", "选项 {} 不带值"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多出了：{}"),
    )
)
"""Whole messages of the library, and what they say in Chinese."""

_VALUE: Final = re.compile(r"Invalid value(?: for (?P<name>.+?))?: (?P<reason>.+)", re.DOTALL)
_REASONS: Final = tuple(
    (re.compile(pattern, re.DOTALL), zh)
    for pattern, zh in (
        (r"(?:Value error, )?(.+) is not one of (.+?)\.?", "{} 不是以下之一：{}"),
        (r".*valid (?:integer|number).*", "应是数字"),
        (r"Input should be less than or equal to (\S+)", "应不大于 {}"),
        (r"Input should be greater than or equal to (\S+)", "应不小于 {}"),
        (r"(\S+) is not in the range (.+?)\.?", "{} 不在 {} 之内"),
    )
)
"""Why the library does not take a value."""


def explained(error: Exception) -> UsageError:
    """Return the mistake `error` as a failure of ours, with the usage of the command below.

    What is not known in Chinese keeps its English words.
    """
    en = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    if context is None:
        return UsageError(_chinese(en), en)
    usage = " ".join(context.get_usage().split()).removeprefix("Usage: ")
    more = f"{context.command_path} --help"
    return UsageError(
        f"{_chinese(en)}\n用法：{usage}\n说明和例子：{more}",
        f"{en}\nUsage: {usage}\nHelp and examples: {more}",
    )


def _chinese(en: str) -> str:
    value = _VALUE.fullmatch(en)
    if value is not None:
        reason = _first(_REASONS, value["reason"]) or value["reason"]
        return f"{value['name'] or ''} 的值不对：{reason}".lstrip()
    return _first(_TOLD, en) or f"用法有误：{en}"


def _first(known: tuple[tuple[re.Pattern[str], str], ...], en: str) -> str | None:
    matches = ((pattern.fullmatch(en), zh) for pattern, zh in known)
    return next((zh.format(*match.groups()) for match, zh in matches if match), None)
