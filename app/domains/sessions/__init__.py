"""Teaching sessions: booking, attendance, completion. A log-in is an auth session, never a session."""
