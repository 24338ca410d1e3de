"""Invitations by mail: to become a member while sign-up is closed, or to become a moderator."""
