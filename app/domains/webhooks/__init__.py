"""Inbound webhooks: verified, stored once, acknowledged, processed as jobs."""
