"""What is wrong with the head of a query file, told to who wrote it."""

from __future__ import annotations

from typing import Final

from pydantic_core import ErrorDetails

from perfkg.messages import Text
from perfkg.queries.model import THEMES

_BY_FAULT: Final = {
    "missing": Text("缺少这一项", "is missing"),
    "extra_forbidden": Text("没有这样的键，请核对拼写", "is no key of a head; check its spelling"),
}
_TEXT: Final = Text(
    "应是非空的文字；含冒号的用引号括起来",
    "should be a text that is not empty; put one with a colon into quotes",
)
_TEXTS: Final = ("title", "title_en", "description", "description_en")
_PARTS: Final = ("label", "label_en", "default", "value")
_BY_KEY: Final = {
    **dict.fromkeys((*_TEXTS, *_PARTS), _TEXT),
    "theme": Text(f"应是以下之一：{'、'.join(THEMES)}", f"should be one of {', '.join(THEMES)}"),
    "tags": Text(
        "应是列表，如 [满意度, 质量]", "should be a list, such as [satisfaction, quality]"
    ),
    "parameters": Text(
        "应是列表，每项以“- name:”开头",
        "should be a list, each item of which begins with '- name:'",
    ),
    "columns": Text(
        "每列写作“变量: [中文标题, 英文标题]”，可再加 money、percent、count 或 year",
        "should be, for each column, 'variable: [Chinese, English]', with money, percent, count or "
        "year if wanted",
    ),
    "chart": Text(
        "应写作“bar x=变量 y=变量”（bar、line、pie 或 scatter；可再加 series= 和 unit=）",
        "should be 'bar x=variable y=variable' (bar, line, pie or scatter; series= and unit= if "
        "wanted)",
    ),
    "name": Text(
        "应只含字母、数字和下划线，以字母开头",
        "should consist of letters, digits and underscores, a letter first",
    ),
    "type": Text(
        "应是 text、integer、decimal、date、year、choice 或 iri:前缀:类（如 iri:pk:Project）",
        "should be text, integer, decimal, date, year, choice or iri:prefix:Class "
        "(as in iri:pk:Project)",
    ),
    "optional": Text("应是 true 或 false", "should be true or false"),
    "choices": Text(
        "应是列表，每项是一个值，或者 value、label 和 label_en",
        "should be a list; each item is a value, or value, label and label_en",
    ),
    "via": Text(
        "应是前缀已知的属性，如 pk:supervisingDepartment",
        "should be a property with a known prefix, such as pk:supervisingDepartment",
    ),
}


def told(error: ErrorDetails) -> Text:
    """Return which key of a head is wrong and what it should be.

    Args:
        error: of pydantic, whose own words are English and about Python.
    """
    place = [str(part) for part in error["loc"]]
    fault = _BY_FAULT.get(error["type"])
    if fault is None:
        # Behind the key pydantic names the kinds of value that it tried.
        known = [number for number, part in enumerate(place) if part in _BY_KEY]
        last = 0 if place[0] == "columns" else known[-1]
        fault = _BY_KEY[place[last]]
        place = place[:2] if place[0] == "columns" else place[: last + 1]
    where = ".".join(place)
    return Text(f"查询文件头中的 {where}：{fault.zh}", f"{where} in the head {fault.en}")
