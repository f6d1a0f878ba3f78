"""The sample catalogue and its manuals, built from text."""
