"""Telling people from programs."""
