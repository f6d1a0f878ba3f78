"""The two-level cache and pub/sub."""
