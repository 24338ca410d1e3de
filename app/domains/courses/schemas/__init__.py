"""Bodies of the API of courses."""
