"""What people fill in to write: one file per noun."""
