"""Every rule finds what it is for, and nothing in what is in order."""

import pytest

from perfkg.validation.shapes import Shapes

from .casework import Case, cases, found_by


@pytest.mark.parametrize("case", cases("found"), ids=lambda case: case.says)
def test_the_rule_finds_what_it_is_for(shapes: Shapes, case: Case, vocabulary: bytes) -> None:
    assert found_by(shapes, case, vocabulary)


@pytest.mark.parametrize("case", cases("silent"), ids=lambda case: case.says)
def test_the_rule_is_silent_on_what_is_in_order(
    shapes: Shapes, case: Case, vocabulary: bytes
) -> None:
    assert found_by(shapes, case, vocabulary) == []
