"""The connection pool and the migration runner."""
