"""Signing in with accounts that people have elsewhere."""
