"""`settings.md`: every setting."""

from __future__ import annotations

from typing import Final

from perfkg.settings import Settings

from .rendering import render

_CHINESE: Final = {
    "store": "嵌入式库所在文件夹，或 SPARQL 1.1 服务的基址",
    "store_token": "该服务的令牌，或 user:password",
    "store_graph": "该服务中存放数据的命名图；不设则为默认图。默认图为并集的库必须设置",
    "base": "实例 IRI 的基址，只用 ASCII 字符",
    "token": "允许写入的令牌；不设则服务只读",
    "push_token": "perfkg push 送给目标库的令牌，或 user:password",
    "timeout": "一条查询最多运行的秒数",
    "max_rows": "结果在多少行处截断",
    "workers": "最多同时运行多少条查询",
    "queue": "最多有多少条查询排队等候",
    "query_memory": "一条查询最多用多少 MB 地址空间",
    "max_answer": "一条查询的结果最多多少 MB",
    "cache": "服务为重复的查询保留多少 MB 结果",
    "queries": "另一个存放已存查询的文件夹",
    "shapes": "另一个存放审核规则（Turtle 格式的 SHACL）的文件夹",
    "max_file_size": "超过多少 MB 的文件不读取",
    "max_unpacked": "Office 文件的一个部分解压后最多多少 MB",
    "max_cells": "一份文件最多读取多少个单元格",
    "max_sheet_rows": "一个工作表最多读取多少行",
    "max_pages": "一份 PDF 最多读取多少页",
    "read_timeout": "读取一份 PDF 最多用多少秒",
    "read_memory": "读取一份 PDF 最多用多少 MB 内存",
    "services": "查询可用 SERVICE 访问的端点，以空格分隔；默认没有",
    "max_request": "超过多少 MB 的查询被拒绝",
    "max_upload": "超过多少 MB 的图或更新被拒绝",
    "body_timeout": "客户端发完一条查询最多用多少秒；图为其十倍",
    "validate_writes": "经 HTTP 写入后如何处理检查结果：auto 在不超过 40,000 条三元组时重新检查，"
    "更大则清空；off 一律清空；violation、warning 一律重新检查，并拒绝带来该级别或更重发现的写入",
    "root_path": "代理服务器上的路径前缀，如 /perfkg",
    "proxy_headers": "是否相信本机代理的 X-Forwarded-Proto 和 X-Forwarded-For",
    "shutdown_timeout": "停止服务时，正在运行的请求最多还有多少秒",
    "log_format": "每个请求在 stderr 上的一行日志：text、json 或 off",
    "log_queries": "日志是否含查询文本，而不只是它的散列",
    "address": "服务的公开地址，写入数据目录；不设则取访问时的地址",
    "publisher": "数据的发布者；不设则写“未注明发布者”",
    "publisher_url": "发布者的主页",
    "contact": "数据问题的联系方式：mailto:… 或 https://…",
    "licence": "数据许可的 IRI；不设则目录不写许可",
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
    return "—" if default in (None, "", ()) else f"`{default}`"
