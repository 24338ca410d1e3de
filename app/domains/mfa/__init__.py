"""Second factors: time-based codes and recovery codes."""
