"""Diplomas for finishing a course, and certificates for being fit to teach it."""
