"""Money out: what each person has earned."""
