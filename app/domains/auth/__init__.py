"""Proving who somebody is: sign-up, log-in, auth sessions, tokens."""
