"""The identity twins: an OpenID provider like Google, and GitHub's OAuth apps. Whoever opens them is whom they like."""

from app.sandbox.identity.app import create_identity_twin
from app.sandbox.identity.codes import Registered

__all__ = ["Registered", "create_identity_twin"]
