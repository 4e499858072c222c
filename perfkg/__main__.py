"""`python -m perfkg`."""

from perfkg.cli import main

main()
