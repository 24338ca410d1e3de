"""What a fresh development database holds: people, courses and hours. Everybody in it is obviously made up."""
