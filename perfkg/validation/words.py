"""The words of the reports, Chinese first. One place for each label."""

from __future__ import annotations

from typing import Final

from perfkg.messages import Text
from perfkg.validation.findings import SeverityName

SEVERITY: Final[dict[SeverityName, Text]] = {
    "Violation": Text("违规", "Violation"),
    "Warning": Text("警告", "Warning"),
    "Info": Text("提示", "Info"),
}
ADVICE: Final[dict[SeverityName, Text]] = {
    "Violation": Text("必须改", "must be changed"),
    "Warning": Text("应核对", "should be checked"),
    "Info": Text("供参考", "for consideration"),
}
NOTHING: Final = Text("没有发现问题。", "Nothing was found.")
NO_FORMS: Final = Text("没有可检查的表格。", "There is no form to check.")
NOTHING_IN_READ: Final = Text(
    "已读入的内容没有发现问题；上列文件未能完整读入。",
    "Nothing was found in what was read; the files above were not read whole.",
)

LABELS: Final[dict[str, Text]] = {
    "title": Text("绩效目标审核报告", "Review of performance targets"),
    "summary": Text("概况", "Summary"),
    "findings": Text("发现", "Findings"),
    "rules": Text("规则", "Rules"),
    "counts": Text("统计", "Counts"),
    "forms": Text("表格", "Forms"),
    "forms_checked": Text("检查的表格", "Forms checked"),
    "forms_found": Text("有发现的表格", "Forms with findings"),
    "by_severity": Text("按级别", "By severity"),
    "by_criterion": Text("按审核内容", "By criterion"),
    "by_department": Text("按部门", "By department"),
    "by_rule": Text("按规则", "By rule"),
    "contents": Text("表格目录", "Forms in this report"),
    "across": Text("涉及多张表格的发现", "Findings across forms"),
    "all_rules": Text("审核规则", "Rules of the review"),
    "severity": Text("级别", "Severity"),
    "criterion": Text("审核内容", "Criterion"),
    "rule": Text("规则", "Rule"),
    "asked": Text("要求", "What it asks"),
    "source": Text("依据", "Source"),
    "project": Text("项目", "Project"),
    "department": Text("部门", "Department"),
    "indicator": Text("指标", "Indicator"),
    "value": Text("指标值", "Target value"),
    "message": Text("问题与修改建议", "What is wrong and what to write"),
    "document": Text("文件", "File"),
    "place": Text("原文位置", "Place in the source"),
    "name": Text("代号", "Code"),
    "form": Text("表格 IRI", "Form IRI"),
    "total": Text("合计", "Total"),
    "none": Text("（未注明）", "(not stated)"),
    "several": Text("（涉及多张表格）", "(across forms)"),
    "whole_form": Text("整张表", "The form as a whole"),
    "beside": Text("审核发现", "Findings"),
    "level1": Text("一级指标", "Level 1"),
    "level2": Text("二级指标", "Level 2"),
    "level3": Text("三级指标", "Indicator"),
    "weight": Text("分值", "Weight"),
    "actual": Text("实际完成值", "Result"),
    "score": Text("得分", "Score"),
    "back": Text("回到目录", "Back to the list"),
    "unread": Text("未能完整读入的文件", "Files that were not read whole"),
    "number": Text("数量", "Number"),
    "heading": Text("项", "Heading"),
    "forms_of": Text("所在表格", "In the forms"),
}


def forms_shown(shown: int, count: int) -> Text:
    """Say how many of the forms with findings are laid out."""
    if shown == count:
        return Text(f"共 {count:,} 张表格有发现，全部列出。", f"All {count:,} forms with findings.")
    return Text(
        f"共 {count:,} 张表格有发现；此处列出其中问题最重的 {shown:,} 张，"
        f"其余 {count - shown:,} 张未列出，请用 --format xlsx 取得全部发现，或按文件分别检查。",
        f"{count:,} forms have findings; the {shown:,} with the gravest are laid out here and "
        f"{count - shown:,} are not: --format xlsx has every finding, or check files one by one.",
    )


def department(name: str | None) -> Text:
    """Return the heading under which the findings of a department are counted."""
    if name:
        return Text(name, name)
    return LABELS["none"] if name is None else LABELS["several"]


def rows_shown(shown: int, count: int) -> Text:
    """Say that a table shows the first of its rows."""
    return Text(
        f"只列前 {shown:,} 行，共 {count:,} 行。", f"The first {shown:,} of {count:,} rows."
    )


def and_more(count: int) -> Text:
    """Say how many are not named."""
    return Text(f"等，另有 {count:,} 张", f"and {count:,} more")
