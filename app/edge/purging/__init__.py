"""Telling the edge what changed: tags are rows of the transaction that changed something, and a job purges them."""
