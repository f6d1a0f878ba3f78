"""The hsc command."""
