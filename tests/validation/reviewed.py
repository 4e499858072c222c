"""Reviews of small texts by the rules on structure, which other rules do not change."""

from __future__ import annotations

from dataclasses import replace

from helpers import SCHOOL

from perfkg.reading import read_bytes
from perfkg.resources import shapes_folder
from perfkg.reviewing import review_documents
from perfkg.settings import Settings
from perfkg.validation.review import Review
from perfkg.validation.shapes import Shapes, read_shapes

TEXT = SCHOOL.read_text("utf-8")
HOSTILE = '<script>alert("项目")</script><img src=x onerror=alert(1)>'
FORMULA = '=HYPERLINK("http://x.invalid","满意度")'
WRONG = (
    TEXT.replace("2023-11-30", "2022-11-30")
    .replace("120.50", "999.50")
    .replace("=100%", "=1000%")
    .replace("完成青石镇中心小学食堂改造，9月1日秋季学期前投入使用，惠及学生640名。", "")
)


def structure() -> Shapes:
    folder = shapes_folder()
    return read_shapes(folder / f"{name}.ttl" for name in ("structure", "criteria", "prefixes"))


def review(*texts: str) -> Review:
    """Return the review of files `0.txt`, `1.txt` … with these texts."""
    read = [read_bytes(f"{number}.txt", text.encode()) for number, text in enumerate(texts)]
    return review_documents(read, structure(), Settings())


def injected_review() -> Review:
    """Return the review of a form whose names attack pages and spreadsheets."""
    read = read_bytes("0.txt", WRONG.encode())
    form, *others = read.forms
    names = {"工程验收合格率": FORMULA, "受益学生人数": "</td></table></article><h1>受益</h1>"}
    rows = [replace(row, name=names.get(row.name, row.name)) for row in form.indicators]
    form = replace(
        form, project_name=HOSTILE, supervising_department="=1+1", indicators=tuple(rows)
    )
    return review_documents([replace(read, forms=(form, *others))], structure(), Settings())
