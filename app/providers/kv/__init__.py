"""Key-value stores: rate limits, states and codes that live for minutes."""
