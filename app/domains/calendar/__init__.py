"""When somebody can teach: availability, free slots, calendar files."""
