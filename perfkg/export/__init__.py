"""What leaves perfkg as files: dumps, tables, descriptions and the publishable bundle."""
