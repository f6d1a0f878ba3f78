"""Manuals: fetched, parsed, kept."""
