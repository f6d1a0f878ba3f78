"""Reading manuals: bytes to passages, in a child process that may be killed at any time."""
