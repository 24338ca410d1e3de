"""Who may do more: creator applications, capabilities, suspensions."""
