"""Whom and what members follow: people and courses."""
