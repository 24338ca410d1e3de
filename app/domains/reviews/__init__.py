"""What students say about courses and teachers, what is answered, and how both rate a session."""
