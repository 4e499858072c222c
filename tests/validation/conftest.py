"""The shapes as they ship, read once."""

import pytest

from perfkg.validation.shapes import Shapes, load_shapes


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return load_shapes()
