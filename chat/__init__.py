"""What people say: rooms and messages, live."""
