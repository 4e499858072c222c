"""The words of the linked-data pages, Chinese first."""

from __future__ import annotations

from typing import Final

from perfkg.messages import Text

LINKED: Final[dict[str, Text]] = {
    "property": Text("属性", "Property"),
    "value": Text("值", "Value"),
    "said": Text("陈述", "What is stated"),
    "incoming": Text("指向此事物的陈述", "What points to it"),
    "subject": Text("主语", "Subject"),
    "data": Text("数据", "Data"),
    "page": Text("页面", "Page"),
    "dataset": Text("数据集", "Dataset"),
    "ontology": Text("本体", "Ontology"),
    "classes": Text("类", "Classes"),
    "properties": Text("属性", "Properties"),
    "domain": Text("主体", "domain"),
    "range": Text("取值", "range"),
    "alignments": Text("对应的外部术语", "Alignments"),
    "constraints": Text("约束", "Constraints"),
    "example": Text("示例", "Example"),
    "try_query": Text("运行此查询", "Run this query"),
    "diagram": Text("图示", "Diagram"),
    "diagram_about": Text(
        "各类之间的关系：箭头为属性，从主体指向取值。",
        "How the classes hang together: an arrow is a property, from its domain to its range.",
    ),
    "downloads": Text("下载", "Download"),
    "vocabularies": Text("词表", "Vocabularies"),
    "units": Text("计量单位", "Units of measure"),
    "classification": Text("指标分类", "Classification of indicators"),
    "codes": Text("代码", "Codes"),
    "rules": Text("审核规则", "Review rules"),
    "label": Text("名称", "Label"),
    "content": Text("内容", "Content"),
    "definition": Text("定义", "Definition"),
    "spellings": Text("其他写法", "Other spellings"),
    "severity": Text("严重程度", "Severity"),
    "criterion": Text("审核内容", "Criterion"),
    "source": Text("依据", "Source"),
    "symbol": Text("符号", "Symbol"),
    "kind": Text("量", "Kind of quantity"),
    "base": Text("换算", "Conversion"),
    "catalog": Text("数据目录", "Catalogue"),
    "licence": Text("许可", "Licence"),
    "publisher": Text("发布者", "Publisher"),
    "contact": Text("联系", "Contact"),
    "version": Text("版本", "Version"),
    "file": Text("文件", "File"),
    "size": Text("字节", "Bytes"),
    "checksum": Text("SHA-256 校验和", "SHA-256 checksum"),
    "being_made": Text("正在生成", "being made"),
    "format": Text("格式", "Format"),
    "uri": Text("标识", "IRI"),
}
