"""What a course gives its people to read, watch and keep: slides, documents, videos, links."""
