"""Tags of the search app."""
