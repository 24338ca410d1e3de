"""Bodies of the APIs of payouts."""
