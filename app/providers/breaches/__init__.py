"""Passwords that were found in breaches elsewhere."""
