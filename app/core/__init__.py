"""Shared kernel. Knows no SQL, no HTTP framework and no vendor."""
