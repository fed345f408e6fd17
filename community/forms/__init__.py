"""The forms of the base."""
