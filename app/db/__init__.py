"""Engines, sessions and column types. Commits happen here and nowhere else."""
