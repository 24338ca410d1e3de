"""What we can show a bank that questions a payment."""
