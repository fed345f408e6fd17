"""Searching what a person may see."""
