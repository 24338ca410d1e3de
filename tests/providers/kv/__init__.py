"""Key-value stores, all held to one contract."""
