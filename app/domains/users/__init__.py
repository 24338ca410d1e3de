"""People: profile, time zone, capabilities."""
