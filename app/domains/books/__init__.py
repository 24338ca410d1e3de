"""Whether the books are right: checked against themselves, and against those of the payment service."""
