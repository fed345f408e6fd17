"""Tests of the look: templates, pages of accounts, errors, colours."""
