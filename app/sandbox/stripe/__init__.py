"""The Stripe twin: the calls of the purchase path, a Checkout page for people, and the signed webhooks."""

from app.sandbox.stripe.app import create_stripe_twin

__all__ = ["create_stripe_twin"]
