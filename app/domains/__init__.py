"""One package per domain, in declared tiers. Dependencies point down the list; an upward need is an event."""
