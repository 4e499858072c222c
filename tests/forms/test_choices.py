"""A form prints all choices and a box for each: the ticked one is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.forms.choices import ticked
from perfkg.reading import read_bytes

SCHOOL = (Path(__file__).parents[1] / "fixtures" / "school-and-road.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "printed",
    [
        "☑新增项目 ☐延续项目",
        "☐延续项目 ☑新增项目",
        "■新增项目□延续项目",
        "√新增项目 □延续项目",
        "☒ 新增项目 ☐ 延续项目",
        "新增项目☑ 延续项目☐",
        "新增项目（√） 延续项目（ ）",
        "(√)新增项目 ( )延续项目",
        "√新增项目 延续项目",
        "新增项目√ 延续项目",
    ],
)
def test_the_ticked_choice_is_the_nature_of_the_project(printed: str) -> None:
    assert ticked(printed) == "新增项目"
    text = SCHOOL.replace("项目性质\t一次性项目", f"项目性质\t{printed}", 1)
    assert text != SCHOOL
    assert read_bytes("f.txt", text.encode()).forms[0].project_nature == "新增项目"


def test_of_boxes_that_are_all_empty_nothing_is_read() -> None:
    text = SCHOOL.replace("项目性质\t一次性项目", "项目性质\t□新增项目 □延续项目", 1)
    assert read_bytes("f.txt", text.encode()).forms[0].project_nature is None


def test_two_ticked_choices_are_both_kept_and_words_without_boxes_are_no_choice() -> None:
    assert ticked("☑新增项目 ☑延续项目 □其他") == "新增项目、延续项目"
    assert ticked("新增项目") is None
