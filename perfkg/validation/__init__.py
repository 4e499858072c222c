"""Review: running the shapes over the graph and telling a person what they find."""
