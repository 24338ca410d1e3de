"""Passkeys: signing in with a device (Web Authentication)."""
