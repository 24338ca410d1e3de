"""The transactional outbox: effects are rows written with the change that causes them, and run after the commit."""
