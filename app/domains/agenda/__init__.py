"""What people are told of their sessions' times: a calendar to subscribe to, reminders, and clocks that were
changed."""
