"""SQL of courses, a module for each of the things that there are."""
