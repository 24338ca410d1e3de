"""Live rooms: opening them, and hearing who came and went."""
