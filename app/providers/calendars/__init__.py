"""Calendars that people have elsewhere."""
