"""What everybody reads: courses on sale found, listed and shown, and the people who create and teach them."""
