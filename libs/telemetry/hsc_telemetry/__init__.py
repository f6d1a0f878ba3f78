"""JSON logs, metrics and tracing."""
