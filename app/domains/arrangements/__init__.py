"""What two people arrange before there is a session: time kept during payment, invites to begin now, earlier times."""
