"""What new files are made from."""
