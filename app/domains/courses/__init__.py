"""What is sold: courses, their curriculum, and who may teach them."""
