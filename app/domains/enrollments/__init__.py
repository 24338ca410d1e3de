"""A student's paid place in a course: buying it, and finishing it."""
