"""What is told to the caches in front of us."""
