"""Where files are kept: a folder, or any store that speaks S3."""
