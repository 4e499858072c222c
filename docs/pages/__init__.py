"""The generated reference pages: one module for each, with its template in `templates/`."""
