"""Money in: purchases, transactions, splits, and the ledger that is the truth about all of it."""
