"""Backups that were restored before they count: PostgreSQL, Redis and the manuals' bytes (docs/adr/0130)."""
