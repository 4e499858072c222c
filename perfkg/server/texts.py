"""The words of the pages, Chinese first. One place for each label."""

from __future__ import annotations

from typing import Final

from perfkg.messages import Text

TEXTS: Final[dict[str, Text]] = {
    "product": Text("绩效目标知识图谱", "Performance target knowledge graph"),
    "home": Text("首页", "Home"),
    "queries": Text("已存查询", "Saved queries"),
    "sparql": Text("SPARQL 查询", "SPARQL query"),
    "other_language": Text("English", "中文"),
    "forms": Text("表格", "Forms"),
    "projects": Text("项目", "Projects"),
    "units": Text("实施单位", "Implementing units"),
    "targets": Text("指标", "Targets"),
    "quantitative": Text("定量", "quantitative"),
    "qualitative": Text("定性", "in words"),
    "requested": Text("年度资金申请总额", "Annual requests"),
    "findings": Text("检查发现", "Findings"),
    "not_validated": Text("尚未检查（perfkg validate）", "not validated yet (perfkg validate)"),
    "no_findings": Text("无", "none"),
    "behind": Text(
        "数据刚刚更新，目录正在整理：名单、计数和搜索稍后更新，本页将自动刷新。",
        "The data is new: lists, counts and search follow in a moment; this page reloads itself.",
    ),
    "empty_store": Text(
        "库中还没有表格。请先用 perfkg ingest 读入文件，再刷新本页。",
        "There are no forms in the store yet. Read some with perfkg ingest and reload the page.",
    ),
    "all_rows": Text("查看全部", "Show all"),
    "download": Text("下载", "Download"),
    "run": Text("查询", "Run"),
    "parameters": Text("条件", "Parameters"),
    "no_parameters": Text("此查询没有条件。", "This query has no parameters."),
    "optional": Text("可不填", "optional"),
    "default": Text("默认", "default"),
    "show_sparql": Text("查看 SPARQL", "Show the SPARQL"),
    "no_rows": Text("没有符合条件的行。", "No rows."),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "dataset_version": Text("数据版本", "Dataset version"),
    "triples": Text("条三元组", "triples"),
    "query_text": Text("查询文本", "Query"),
    "sparql_hint": Text(
        "输入 SPARQL 1.1 查询。程序可用同一地址：GET 或 POST，格式由 Accept 决定。",
        "Enter a SPARQL 1.1 query. Programs use the same address, GET or POST; Accept chooses "
        "the format.",
    ),
    "examples": Text("示例：已存查询", "Examples: the saved queries"),
    "open_in_editor": Text("在编辑器中打开", "Open in the editor"),
    "editor_keys": Text(
        "Ctrl-Enter 运行；Ctrl-空格 补全，可输入中文名称（如“部门”）；"
        "Esc 后按 Tab 离开编辑框。常用前缀自动声明。",
        "Ctrl-Enter runs; Ctrl-Space completes, labels too (type 'department'); Esc, then Tab "
        "leaves the text. The usual prefixes declare themselves.",
    ),
    "problem": Text("无法完成请求", "The request could not be answered"),
    "instead": Text("查看替代它的事物", "See what has taken its place"),
    "back": Text("返回首页", "Back to the home page"),
    "broken_queries": Text("有误的查询文件", "Broken query files"),
    "api": Text("接口说明", "API reference"),
    "skip": Text("跳到正文", "Skip to the content"),
}

SECTIONS: Final[dict[str, Text]] = {
    "/forms": Text("表格", "Forms"),
    "/projects": Text("项目", "Projects"),
    "/indicators": Text("指标", "Indicators"),
    "/organizations": Text("部门和单位", "Organisations"),
    "/validation": Text("审核发现", "Findings"),
    "/review": Text("审核文件", "Review a file"),
}
"""The parts of the service that every page links to, by their addresses."""

EDITOR: Final[dict[str, Text]] = {
    "tab": Text("查询", "Query"),
    "label": Text("SPARQL 查询文本", "Text of the SPARQL query"),
    "expected": Text("此行有误，应为：", "This line is wrong; expected:"),
    "invalid": Text("此行有误", "This line is wrong"),
    "class": Text("类", "class"),
    "property": Text("属性", "property"),
    "concept": Text("概念", "concept"),
    "table": Text("表格", "Table"),
    "chart": Text("图表", "Chart"),
    "raw": Text("原始响应", "Raw response"),
    "raw_cut": Text(
        "此处只显示开头；请下载全文。", "Only the beginning; download it to see it all."
    ),
    "download": TEXTS["download"],
    "yes": TEXTS["yes"],
    "no": TEXTS["no"],
    "no_rows": TEXTS["no_rows"],
    "rows_complete": Text("共 {count} 行，完整", "{count} rows, complete"),
    "rows_cut": Text(
        "前 {count} 行，后面还有：已达行数上限",
        "first {count} rows of more: the row limit was reached",
    ),
    "seconds": Text("{seconds} 秒", "{seconds} s"),
    "filter": Text("筛选", "Filter"),
    "sort": Text("排序", "Sort"),
    "pages": Text("分页", "Pages"),
    "before": Text("上一页", "Previous"),
    "after": Text("下一页", "Next"),
    "shown": Text("第 {from}–{to} 行，共 {count} 行", "rows {from}–{to} of {count}"),
    "kind": Text("图形", "Kind"),
    "across": Text("横轴", "Across"),
    "up": Text("数值", "Value"),
    "bar": Text("柱状图", "Bars"),
    "line": Text("折线图", "Line"),
    "pie": Text("饼图", "Pie"),
    "scatter": Text("散点图", "Scatter"),
    "no_chart": Text(
        "这些列画不成图：需要一列数值。", "These columns make no chart: one of numbers is needed."
    ),
    "stopped": Text("查询已停止。", "The query was stopped."),
    "unreachable": Text("未能连接服务：", "The service could not be reached:"),
    "failed": Text("查询未能完成。", "The query was not answered."),
}
"""What the editor's own script says; `{…}` it fills in itself."""

YASGUI: Final[dict[str, str]] = {
    "Add tab": "新建标签页",
    "Add a new tab": "新建标签页",
    "Close tab": "关闭标签页",
    "New Tab": "新建标签页",
    "Rename Tab": "重命名",
    "Copy Tab": "复制标签页",
    "Close Tab": "关闭标签页",
    "Close other tabs": "关闭其他标签页",
    "Undo close Tab": "恢复关闭的标签页",
    "Run query": "运行查询",
    "Share query": "分享查询",
    "Shows 表格 view": "显示表格",
    "Shows 图表 view": "显示图表",
    "Shows 原始响应 view": "显示原始响应",
    "cannot render result": "无法显示此结果",
}
"""The English words of YASGUI and what they are in a Chinese page."""


def rows_complete(count: int) -> Text:
    """Say that a result is whole."""
    return Text(f"共 {count:,} 行，完整", f"{count:,} rows, complete")


def rows_shown(shown: int, count: int) -> Text:
    """Say that a page shows the first rows of a result."""
    return Text(f"前 {shown:,} 行，共 {count:,} 行", f"first {shown:,} of {count:,} rows")


def rows_cut(count: int) -> Text:
    """Say that the row limit cut a result."""
    return Text(
        f"前 {count:,} 行，后面还有：已达行数上限",
        f"first {count:,} rows of more: the row limit was reached",
    )
