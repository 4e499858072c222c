"""What perfkg costs, measured."""
