"""Looking at a SPARQL text before an engine does: tokens, what is refused, binding values."""
