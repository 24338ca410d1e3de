"""Taking and moving money."""
