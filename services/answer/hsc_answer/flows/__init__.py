"""The use cases. They know ports, not libraries."""
