"""Signing in with Google or GitHub (OpenID Connect and OAuth 2)."""
