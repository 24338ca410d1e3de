"""Giving money back: refunds that are quoted, decided and sent, and disputes at buyers' banks."""
