"""Time that is kept for two people until they have decided: while one pays, answers an invite or an offer."""
