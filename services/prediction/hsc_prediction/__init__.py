"""Which product is meant, at every keystroke."""
