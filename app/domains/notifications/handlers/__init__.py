"""Who is mailed when something happens. A mail is a job; its dedupe key is the fact it tells."""
