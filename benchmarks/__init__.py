"""Measurements: they print ratios and are never asserted."""
