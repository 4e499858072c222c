"""`settings.md`: every setting."""

from __future__ import annotations

from typing import Final

from perfkg.settings import Settings

from .rendering import render

_CHINESE: Final = {
    "store": "嵌入式库所在文件夹",
    "base": "实例 IRI 的基址，只用 ASCII 字符",
    "token": "允许写入的令牌；不设则服务只读",
    "timeout": "一条查询最多运行的秒数",
    "max_rows": "结果在多少行处截断",
    "queries": "另一个存放已存查询的文件夹",
    "shapes": "另一个存放审核规则（Turtle 格式的 SHACL）的文件夹",
    "lang": "消息和页面的语言：zh 或 en",
}
"""What each setting means, in Chinese; the class says it in English."""


def page() -> str:
    """Return the page."""
    prefix = Settings.model_config["env_prefix"]
    rows = [
        {
            "name": name,
            "variable": f"{prefix}{name.upper()}",
            "default": _shown(field.default),
            "zh": _CHINESE.get(name, ""),
            "en": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    return render("settings", "perfkg/settings.py", rows=rows)


def _shown(default: object) -> str:
    return "—" if default is None else f"`{default}`"
