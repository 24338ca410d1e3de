"""What is joined here knows nothing of each other: adapters, event handlers and jobs."""
