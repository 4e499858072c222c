"""From the bytes of a file to a Grid: one module for each file format."""
