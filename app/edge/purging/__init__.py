"""Telling the edge what changed: tags and addresses are rows of the transaction that changed something, and a job
purges them."""
