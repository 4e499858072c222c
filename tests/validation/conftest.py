"""The shapes as they ship, read once."""

import pyoxigraph as ox
import pytest

from perfkg.resources import shapes_folder
from perfkg.validation.rdf import vocabulary_files
from perfkg.validation.shapes import Shapes, load_shapes, read_shapes


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    """Every rule."""
    return load_shapes()


@pytest.fixture(scope="session")
def structure() -> Shapes:
    """The rules on form and target alone, for graphs too small to please the others."""
    names = ("criteria", "prefixes", "structure")
    return read_shapes(shapes_folder() / f"{name}.ttl" for name in names)


@pytest.fixture(scope="session")
def vocabulary() -> bytes:
    """What the rules look things up in, as N-Triples."""
    store = ox.Store()
    for file in vocabulary_files():
        store.load(path=file, format=ox.RdfFormat.TURTLE)
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
