"""What people do around searching: keeping searches, asking for a new index, picking up what is missing."""
