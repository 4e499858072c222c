"""From a Form to RDF: identity, mapping, serialisation."""
