"""Bodies of the API of arrangements."""
