"""A folder of forms as offices write them: `python -m benchmarks.files FOLDER --count 10000`.

The same seed gives the same files. They are text (UTF-8 and GB18030, cells between tabs, aligned or
in Markdown), xlsx, docx, html and, printed by Chromium, pdf; target forms of two years and
self-evaluations in four layouts, under the headings and with the signs and units that different
places print for the same thing. A third of the indicators have names that many forms share, a few
of them very many; the others are thousands of names of their own. Of a hundred files two are
damaged: cut off, with a row out of place, with lost bytes, or empty.

All of a folder is made by one process; give each process a seed and a folder of its own for more.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.generated import several_years
from perfkg.forms.model import Form, FormKind, Target
from tests.roundtrip.formats import (
    to_aligned,
    to_docx,
    to_html,
    to_html_text,
    to_markdown,
    to_tabs,
    to_xlsx,
)
from tests.roundtrip.layouts import Box, Sheet, central, self_evaluation, shanghai, symbols

FORMATS: Final = ("txt", "xlsx", "docx", "html", "pdf")
_LAYOUTS: Final = (shanghai, shanghai, central, symbols)
_TEXTS: Final = (to_tabs, to_tabs, to_aligned, to_markdown)
_CHROMIUM: Final = "/usr/bin/chromium"
_IN_A_FOLDER: Final = 1_000
_THINGS: Final = (
    *("项目", "工作任务", "设备采购", "资金支付", "服务对象"),
    *("培训", "宣传活动", "工程验收", "群众", "补助发放"),
)
_COMMON: Final = tuple(
    f"{thing}{kind}"
    for kind in ("完成率", "合格率", "及时率", "满意度", "覆盖率", "数量", "成本控制率")
    for thing in _THINGS
)
"""Names that many forms have in common, the most frequent first."""
_HEADINGS: Final = (
    ("三级指标", ("三级指标", "指标名称", "三级指标名称")),
    ("指标值", ("指标值", "年度指标值", "绩效目标值")),
    ("实施单位", ("实施单位", "项目实施单位", "项目单位")),
    ("主管部门", ("主管部门", "预算主管部门", "主管部门")),
    ("项目名称", ("项目名称", "项目名称", "预算项目名称")),
    ("时效指标", ("时效指标", "时效指标", "产出时效")),
    ("质量指标", ("质量指标", "质量指标", "产出质量")),
    ("数量指标", ("数量指标", "数量指标", "产出数量")),
)
_SIGNS: Final = (
    ("≥", ("≥", "≥", "大于等于", "不低于", "不少于", "＞＝")),
    ("≤", ("≤", "≤", "小于等于", "不超过", "不高于")),
    ("%", ("%", "％", "%", "(百分之)")),
    ("平方米", ("平方米", "㎡", "平米")),
    ("人次", ("人次", "人·次", "人次")),
)


def write_files(
    folder: Path,
    count: int,
    *,
    seed: int = 1,
    formats: tuple[str, ...] = FORMATS[:4],
    damaged: float = 0.02,
) -> int:
    """Write `count` files of one form each below `folder`; return how many are damaged.

    Args:
        folder: made if need be; of a thousand files each has a folder of its own.
        count: how many. seed: the same one gives the same files.
        formats: of `FORMATS`; half of the files are of the first, the others share the rest.
        damaged: the share that is.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret is made
    broken = 0
    with ExitStack() as stack:
        printer = _printer(stack) if "pdf" in formats else None
        for number, form in enumerate(_forms(rng, count, seed)):
            extension = formats[0]
            if len(formats) > 1 and rng.random() < 0.5:
                extension = rng.choice(formats[1:])
            data = _written(rng, form, extension, printer)
            if rng.random() < damaged:
                data = _damage(rng, data)
                broken += 1
            place = folder / f"{number // _IN_A_FOLDER:04}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:07}.{extension}").write_bytes(data)
    return broken


def _forms(rng: random.Random, count: int, seed: int) -> Iterator[Form]:
    made = several_years(count + 10, seed=seed)
    for _, form in zip(range(count), made, strict=False):
        yield replace(form, indicators=tuple(_named(rng, row) for row in form.indicators))


def _named(rng: random.Random, row: Target) -> Target:
    """Give every third row a name that is the more frequent the earlier it stands in the list."""
    if rng.random() > 0.33:
        return row
    place = min(int(rng.paretovariate(0.7)) - 1, len(_COMMON) - 1)
    return replace(row, name=_COMMON[place])


def _written(
    rng: random.Random, form: Form, extension: str, printer: Callable[[str], bytes] | None
) -> bytes:
    is_evaluation = form.kind is FormKind.SELF_EVALUATION
    layout = self_evaluation if is_evaluation else rng.choice(_LAYOUTS)
    sheet = _spelled(rng, layout(form))
    if extension == "txt":
        return rng.choice(_TEXTS)(sheet)
    if extension == "pdf" and printer is not None:
        return printer(to_html_text(sheet))
    return {"xlsx": to_xlsx, "docx": to_docx, "html": to_html}[extension](sheet)


def _spelled(rng: random.Random, sheet: Sheet) -> Sheet:
    """Print headings, signs and units the way one office does, all over its form."""
    headings = {name: rng.choice(ways) for name, ways in _HEADINGS}
    signs = [(name, rng.choice(ways)) for name, ways in _SIGNS]

    def spelled(box: Box) -> Box:
        text = box.text
        if text in headings:
            return replace(box, text=headings[text])
        if re.match(r"[≥≤=＜＞]?\d", text):
            for name, way in signs:
                text = text.replace(name, way)
        return replace(box, text=text)

    rows = tuple(tuple(spelled(box) for box in row) for row in sheet.rows)
    return replace(sheet, rows=rows)


def _damage(rng: random.Random, data: bytes) -> bytes:
    """Damage a file the way copying, scanning and saving by hand do."""
    way = rng.randrange(4)
    if way == 0:
        return data[: rng.randrange(len(data) // 2, len(data))]
    if way == 1:
        lines = data.split(b"\n")
        first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)
    if way == 2:
        at = rng.randrange(len(data))
        return data[:at] + data[at + rng.randrange(1, 40) :]
    return b"" if rng.random() < 0.2 else data.replace(b"\t", b" ", rng.randrange(1, 30))


def _printer(stack: ExitStack) -> Callable[[str], bytes]:
    from playwright.sync_api import sync_playwright

    playwright = stack.enter_context(sync_playwright())
    browser: Any = playwright.chromium.launch(
        executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
    )
    stack.callback(browser.close)
    page = browser.new_page()

    def printed(html: str) -> bytes:
        page.set_content(html)
        data: bytes = page.pdf(format="A4")
        return data

    return printed


def main() -> None:
    """Write a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="txt,xlsx,docx,html")
    parser.add_argument("--damaged", type=float, default=0.02)
    asked = parser.parse_args()
    formats = tuple(asked.formats.split(","))
    if unknown := set(formats) - set(FORMATS):
        parser.error(f"no such format: {', '.join(sorted(unknown))}; there are {FORMATS}")
    broken = write_files(
        asked.folder, asked.count, seed=asked.seed, formats=formats, damaged=asked.damaged
    )
    print(f"{asked.count} files in {asked.folder}, {broken} of them damaged")  # noqa: T201


if __name__ == "__main__":
    main()
