"""The verbs of the base: what people do to communities, and administrators to accounts."""
