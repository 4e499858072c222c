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
    "problem": Text("无法完成请求", "The request could not be answered"),
    "back": Text("返回首页", "Back to the home page"),
    "broken_queries": Text("有误的查询文件", "Broken query files"),
    "skip": Text("跳到正文", "Skip to the content"),
}


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
