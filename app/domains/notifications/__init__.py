"""Mails that follow from what happened."""
