"""What people write: threads and their posts, practices, and the files that go with them."""
