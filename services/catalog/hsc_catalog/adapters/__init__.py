"""I/O behind the flows' ports."""
