"""One use case a file. They know ports, not libraries."""
