"""Ports to outside services, in our words, and one adapter module per vendor."""
