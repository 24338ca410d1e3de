"""HTTP plumbing: ASGI middleware, error rendering, routing rules, idempotency. Knows no domain."""
