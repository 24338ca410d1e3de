"""The PlugNmeet twin: the calls PeerLoop makes, a room page for people, and the signed webhooks."""

from app.sandbox.plugnmeet.app import create_plugnmeet_twin

__all__ = ["create_plugnmeet_twin"]
