"""Homework: what students do on their own, what becomes of it, and how it counts for completing a course."""
