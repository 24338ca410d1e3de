"""The Stripe twin: the calls that PeerLoop makes, pages for people, signed webhooks, and what can go wrong."""

from app.sandbox.stripe.app import Keys, create_stripe_twin

__all__ = ["Keys", "create_stripe_twin"]
